-- The accepted version in force of each return, as of a time.
select distinct on (r.form, r.unit, r.period) r.form, r.unit, r.period, r.return_id
  from gaoxin.loads l join gaoxin.returns r using (return_id)
 where r.campaign = :campaign and l.recorded_at <= :as_of
 order by r.form, r.unit, r.period, r.version desc
