-- The register entries of the versions in force as of a time, of all forms, units and periods, or of those asked for (null: all).
-- rows: those up to this one alone.
with in_force as (
    select distinct on (form, unit, period) return_id
      from gaoxin.loads
     where campaign = :campaign and recorded_at <= :as_of
       and (cast(:forms as text[]) is null or form = any(:forms))
       and (cast(:units as text[]) is null or unit = any(:units))
       and (cast(:periods as text[]) is null or period = any(:periods))
     order by form, unit, period, version desc
)
select e.form, e.unit, e.period, e.row_no, e.fields, e.cells, e.sheet, e.recorded_at, e.return_id, e.version, e.file_sha256
  from gaoxin.register_entries e join in_force using (return_id)
 where e.campaign = :campaign  -- repeated: else the whole table is read
   and (cast(:rows as integer) is null or e.row_no <= :rows)
 order by e.period_end, e.period, e.form, e.unit, e.row_no
