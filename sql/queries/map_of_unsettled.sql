-- Returns of periods that end in a stretch of time which came by a time, and of which no version is accepted: the newest of each.
select distinct on (r.form, r.period, r.unit)
       r.form, r.period, r.unit, r.return_id, r.version, r.received_at, c.verdict
  from gaoxin.returns r
  left join lateral (select k.verdict from gaoxin.check_runs k
                      where k.return_id = r.return_id and k.checked_at <= :as_of order by k.run desc limit 1) c on true
 where r.campaign = :campaign and r.received_at <= :as_of and r.period_end between :since and :until
   and not exists (select 1 from gaoxin.accepted(:campaign, :as_of) a
                    where (a.form, a.period, a.unit) = (r.form, r.period, r.unit))
 order by r.form, r.period, r.unit, r.version desc
