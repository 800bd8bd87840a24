-- By version that is asked for: the newest one up to it, as of a time, that is not rejected by the rules alone, where a person sent it back.
select asked.return_id as asked, k.return_id, max(f.message -> 'context' ->> 'at') as at
  from unnest(cast(:ids as text[])) as asked (return_id)
  join gaoxin.returns own on own.return_id = asked.return_id
  join lateral (select c.return_id, c.check_id, c.verdict
                  from gaoxin.check_runs c
                 where (c.campaign, c.form, c.period, c.unit) = (own.campaign, own.form, own.period, own.unit)
                   and c.version <= own.version and c.checked_at <= :t
                   and not exists (select 1 from gaoxin.check_runs later
                                    where later.return_id = c.return_id and later.run > c.run and later.checked_at <= :t)
                   and (c.verdict <> 'rejected'
                        or exists (select 1 from gaoxin.findings f where f.check_id = c.check_id and f.rule = :rule))
                 order by c.version desc limit 1) k on true
  join gaoxin.findings f on f.check_id = k.check_id and f.rule = :rule
 group by asked.return_id, k.return_id
