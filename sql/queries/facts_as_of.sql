-- The values of the versions in force as of a time, of all forms, units and periods, or of those asked for (null: all).
with in_force as (
    select distinct on (form, unit, period) return_id
      from gaoxin.loads
     where campaign = :campaign and recorded_at <= :as_of
       and (cast(:forms as text[]) is null or form = any(:forms))
       and (cast(:units as text[]) is null or unit = any(:units))
       and (cast(:periods as text[]) is null or period = any(:periods))
     order by form, unit, period, version desc
)
select f.form, f.unit, f.variable, f.period, f.value, f.unit_of_measure, f.recorded_at, f.return_id, f.version,
       f.file_sha256, f.sheet, f.cell
  from gaoxin.facts f join in_force using (return_id)
 where f.campaign = :campaign  -- repeated: else the whole table is read
   and (cast(:variables as text[]) is null or f.variable = any(:variables))
 order by f.period_end, f.period, f.form, f.unit, f.fact_id
