-- A variable's values by period, of the versions in force as of a time, without their cells.
with in_force as (
    select distinct on (unit, period) return_id
      from gaoxin.loads
     where campaign = :campaign and form = :form and recorded_at <= :as_of
     order by unit, period, version desc
)
select f.period, array_agg(f.unit) as units, array_agg(f.value) as numbers, array_agg(f.unit_of_measure) as measures,
       max(f.recorded_at) as recorded_at
  from gaoxin.facts f join in_force using (return_id)
 where f.campaign = :campaign and f.variable = :variable
 group by f.period
