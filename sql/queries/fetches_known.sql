-- The watermarks of what was fetched from a source, by place. Of several the last one counts. What was refused, or rejected, when
-- another plan was in force is read again: the plan says how it is read.
select f.place, f.mark
  from (select distinct on (place) place, mark, return_id, plan_hash
          from gaoxin.fetches
         where campaign = :campaign and form = :form and unit = :unit and source = :source and state = 'fetched'
           and (cast(:period as text) is null or period = :period)
         order by place, fetch_id desc) f
  left join lateral (select k.verdict from gaoxin.check_runs k where k.return_id = f.return_id order by k.run desc limit 1) k on true
 where f.plan_hash = :plan_hash or (f.return_id is not null and coalesce(k.verdict, '') <> 'rejected')
