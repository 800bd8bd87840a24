-- The units whose return of a form is accepted as of a time, by period.
select period, array_agg(unit) as units
  from gaoxin.loads
 where campaign = :campaign and form = :form and recorded_at <= :as_of
 group by period
