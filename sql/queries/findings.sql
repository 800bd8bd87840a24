-- The findings of a return's last check as of a time (null: now).
select rule, level, severity, sheet, cell, variable, value, message
  from gaoxin.findings
 where check_id = (select check_id from gaoxin.check_runs where return_id = :return_id
                      and (cast(:as_of as timestamptz) is null or checked_at <= :as_of)
                    order by run desc limit 1)
 order by position
