-- The watermarks of what was fetched from a source, by place. Of several the last one counts. One whose return was rejected under
-- another plan than the one in force is read again: the plan says how it is read.
select distinct on (f.place) f.place, f.mark
  from gaoxin.fetches f
  left join gaoxin.returns r on r.return_id = f.return_id
  left join lateral (select k.verdict from gaoxin.check_runs k where k.return_id = f.return_id order by k.run desc limit 1) k on true
 where f.campaign = :campaign and f.form = :form and f.unit = :unit and f.source = :source and f.state = 'fetched'
   and (cast(:period as text) is null or f.period = :period)
   and not (coalesce(k.verdict, '') = 'rejected' and r.plan_hash <> :plan_hash)
 order by f.place, f.fetch_id desc
