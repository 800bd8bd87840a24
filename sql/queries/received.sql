-- The units whose return of a form is accepted as of a time, by period.
select r.period, array_agg(distinct r.unit) as units
  from gaoxin.loads l join gaoxin.returns r using (return_id)
 where r.campaign = :campaign and r.form = :form and l.recorded_at <= :as_of
 group by r.period
