-- By form and period: how many units that owe it (as `form unit`) have an accepted return as of a time; and, counted with their
-- warnings and a digest of what a seal covers, those of which nothing is to be said (no errors, every warning explained).
select form, period, count(*) as accepted, count(*) filter (where clean) as clean,
       coalesce(sum(warnings) filter (where clean), 0) as warnings,
       encode(sha256(convert_to(coalesce(string_agg(unit || ' ' || coalesce(same_as, return_id) || ' ' || warnings, e'\n' order by unit)
                                         filter (where clean), ''), 'UTF8')), 'hex') as digest
  from (select a.form collate "C" as form, a.period collate "C" as period, a.unit collate "C" as unit, a.return_id, a.warnings,
               same.same_as,
               a.errors = 0 and a.warnings = case when a.warnings = 0 then 0 else (
                   select count(*) from gaoxin.findings f
                    where f.check_id = a.check_id and f.severity = 'warning'
                      and exists (select 1 from gaoxin.explanations e
                                   where e.rule = f.rule and e.return_id in (
                                         select a.return_id union all select same.same_as
                                         union all select o.return_id from gaoxin.loads o where o.same_as = same.same_as)
                                     and e.recorded_at <= :as_of
                                     and exists (select 1 from gaoxin.check_runs k join gaoxin.findings g on g.check_id = k.check_id
                                        where k.return_id = e.return_id and k.checked_at <= e.recorded_at
                                          and g.rule = f.rule and g.message = f.message))
               ) end as clean
          from gaoxin.accepted(:campaign, :as_of) a
          left join (select return_id, same_as from gaoxin.loads where campaign = :campaign and same_as is not null) same
               using (return_id)
         where a.form || ' ' || a.unit = any(:owing)
        offset 0) seen  -- else what is clean is found out for each sum
 group by form, period
