-- Deadlines of the plan in force that have passed and of which that was not said yet, by day. Reminders are steps, too.
select d.kind, d.ref, d.due from gaoxin.deadlines d
 where d.campaign = :campaign and d.due < :today
   and d.plan_version = (select max(v.version) from gaoxin.plan_versions v where v.campaign = :campaign)
   and not exists (select 1 from gaoxin.deadline_steps s where s.campaign = d.campaign and s.kind = d.kind and s.ref = d.ref
                     and starts_with(s.step, 'passed'))
 order by d.due, d.kind, d.ref
