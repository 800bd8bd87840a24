-- How each check came out in these returns' last checks as of a time, counted by form, in the order of its suite; units: of what
-- did not pass. A suite's version says the same at a place of all its returns: it is counted by place, and told by one of them.
with of_suite as materialized (
    select r.form, c.suite_version, array_agg(c.check_id) as check_ids, array_agg(r.unit) as units
      from unnest(cast(:return_ids as text[])) as a (return_id)
      join gaoxin.returns r using (return_id)
     cross join lateral (select k.check_id, k.suite_version from gaoxin.check_runs k
                          where k.return_id = a.return_id and k.checked_at <= :as_of order by k.run desc limit 1) c
     group by r.form, c.suite_version
), came as materialized (
    select s.form, s.suite_version, f.*
      from of_suite s
      -- suite by suite: the outcomes of a period together are sorted on disk
     cross join lateral (select f.position, f.outcome, f.reason, count(*) as many, sum(f.failures) as failures,
                                min(f.check_id) as check_id, array_agg(j.unit) filter (where f.outcome <> 'passed') as units
                           from unnest(s.check_ids, s.units) as j (check_id, unit)
                           join gaoxin.check_results f using (check_id)
                          group by f.position, f.outcome, f.reason) f
)
select c.form, t.rule, t.level, t.severity, c.outcome, cast(t.title as text) as title, cast(c.reason as text) as reason, c.many,
       c.failures, coalesce(c.units, '{}') as units
  from came c
  join gaoxin.check_results t using (check_id, position)
 order by c.form, t.level, c.position, c.outcome, t.rule, c.reason, c.suite_version
