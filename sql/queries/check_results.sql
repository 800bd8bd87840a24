-- Each expectation's outcome in these returns' last checks as of a time (null: now).
select a.return_id, f.rule, f.level, f.severity, f.outcome, f.title, f.variable, f.failures, f.reason
  from unnest(cast(:return_ids as text[])) as a (return_id)
 cross join lateral (select k.check_id from gaoxin.check_runs k
                      where k.return_id = a.return_id and (cast(:as_of as timestamptz) is null or k.checked_at <= :as_of)
                      order by k.run desc limit 1) c
  join gaoxin.check_results f on f.check_id = c.check_id
 order by a.return_id, f.position
