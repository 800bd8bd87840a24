-- Deadlines of the plan in force that have passed and of which that was not said yet, by day: of what was put off, the day that was
-- granted last. Reminders are steps, too.
with granted as materialized (
    select x.kind, x.ref, max(r.day) as day
      from gaoxin.extensions x join gaoxin.extension_rulings r using (campaign, number)
     where x.campaign = :campaign and r.outcome = 'granted'
     group by x.kind, x.ref
)
select d.kind, d.ref, greatest(d.due, g.day) as due
  from gaoxin.deadlines d left join granted g on (g.kind, g.ref) = (d.kind, d.ref)
 where d.campaign = :campaign and d.due < :today and coalesce(g.day < :today, true)
   and d.plan_version = (select max(v.version) from gaoxin.plan_versions v where v.campaign = :campaign)
   and not exists (select 1 from gaoxin.deadline_steps s where s.campaign = d.campaign and s.kind = d.kind and s.ref = d.ref
                     and starts_with(s.step, 'passed'))
 order by 3, 1, 2
