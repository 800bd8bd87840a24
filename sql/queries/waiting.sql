-- Returns that came and are not judged yet (judged: false), or that are accepted and not in the facts (true), of all periods or one.
select r.return_id from gaoxin.returns r
  left join lateral (select k.verdict from gaoxin.check_runs k where k.return_id = r.return_id order by k.run desc limit 1) c on true
 where r.campaign = :campaign and (cast(:period as text) is null or r.period = :period)
   and not exists (select 1 from gaoxin.loads l where l.return_id = r.return_id)
   and case when :judged then c.verdict <> 'rejected' else c.verdict is null end
