-- How each check came out in these returns' last checks as of a time, counted by form; units: of what did not pass.
select r.form, f.rule, f.level, f.severity, f.outcome, f.title, f.reason, count(*) as many, sum(f.failures) as failures,
       coalesce(array_agg(distinct r.unit) filter (where f.outcome <> 'passed'), '{}') as units
  from unnest(cast(:return_ids as text[])) as a (return_id)
  join gaoxin.returns r using (return_id)
 cross join lateral (select k.check_id from gaoxin.check_runs k
                      where k.return_id = a.return_id and k.checked_at <= :as_of order by k.run desc limit 1) c
  join gaoxin.check_results f on f.check_id = c.check_id
 group by r.form, f.rule, f.level, f.severity, f.outcome, f.title, f.reason
 order by r.form, f.level, min(f.position), f.rule, f.outcome, f.reason
