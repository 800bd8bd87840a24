-- A variable's sum over units by period, of the versions in force as of a time, and how many of the units gave a value.
with in_force as (
    select distinct on (unit, period) return_id
      from gaoxin.loads
     where campaign = :campaign and form = :form and recorded_at <= :as_of and unit = any(:units)
     order by unit, period, version desc
)
select f.period, count(*) as units, sum(f.value) as value, min(f.unit_of_measure) as measure,
       min(f.unit_of_measure) = max(f.unit_of_measure) as alike, max(f.recorded_at) as recorded_at
  from gaoxin.facts f join in_force using (return_id)
 where f.campaign = :campaign and f.variable = :variable
 group by f.period
