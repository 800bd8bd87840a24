-- The versions of a plan that came into force by a time, in order, each with the days that it gives to a phase's gate.
select v.version, v.registered_at, v.registered_by, cast(g.gate ->> 'deadline' as date) as deadline,
       cast(g.gate ->> 'decide_days' as integer) as decide_days
  from gaoxin.plan_versions v
  left join lateral (select p -> 'gate' as gate from jsonb_array_elements(v.plan -> 'phases') p where p ->> 'id' = :phase) g on true
 where v.campaign = :campaign and v.registered_at <= :as_of
 order by v.version
