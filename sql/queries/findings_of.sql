-- The findings of the last check of each of these returns, as of a time.
select c.return_id, f.rule, f.level, f.severity, f.sheet, f.cell, f.variable, f.value, f.message
  from unnest(cast(:return_ids as text[])) asked(return_id)
  cross join lateral (select k.return_id, k.check_id from gaoxin.check_runs k
                       where k.return_id = asked.return_id and k.checked_at <= :as_of
                       order by k.run desc limit 1) c
  join gaoxin.findings f on f.check_id = c.check_id
 order by c.return_id, f.position
