-- Returns that came and are not judged yet (judged: false), or that are accepted and not in the facts (true), of all periods or one.
-- Not judged yet is also the last version of a return of which a rule was broken when it was judged.
select r.return_id from gaoxin.returns r
  left join lateral (select k.verdict from gaoxin.check_runs k where k.return_id = r.return_id order by k.run desc limit 1) c on true
 where r.campaign = :campaign and (cast(:period as text) is null or r.period = :period)
   and not exists (select 1 from gaoxin.loads l where l.return_id = r.return_id)
   and case when :judged then c.verdict <> 'rejected' else c.verdict is null end
union
select r.return_id from gaoxin.returns r
  join gaoxin.check_runs c using (return_id)
 where not :judged and r.campaign = :campaign and (cast(:period as text) is null or r.period = :period)
   and c.check_id in (select f.check_id from gaoxin.findings f where f.message ->> 'code' = 'quality.broken')
   and not exists (select 1 from gaoxin.check_runs k where k.return_id = r.return_id and k.run > c.run)
   and not exists (select 1 from gaoxin.returns n where (n.campaign, n.form, n.unit, n.period) = (r.campaign, r.form, r.unit, r.period)
                                                     and n.version > r.version)
