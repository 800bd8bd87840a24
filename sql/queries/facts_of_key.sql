-- What the versions of one return hold as of a time, of all variables or of those asked for (null: all).
select f.form, f.unit, f.variable, f.period, f.value, f.unit_of_measure, f.recorded_at, f.return_id, f.version,
       f.file_sha256, f.sheet, f.cell
  from gaoxin.returns r join gaoxin.facts f using (return_id)
 where r.campaign = :campaign and r.form = :form and r.unit = :unit and r.period = :period and f.recorded_at <= :as_of
   and (cast(:variables as text[]) is null or f.variable = any(:variables))
 order by f.version, f.fact_id
