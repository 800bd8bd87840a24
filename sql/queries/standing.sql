-- By form and period: how many units that owe it (as `form unit`) have an accepted return as of a time; and, counted with their
-- warnings and a digest of what a seal covers, those of which nothing is to be said (no errors, and of every warning an explanation
-- that was accepted and holds on that day).
select form, period, count(*) as accepted, count(*) filter (where clean) as clean,
       coalesce(sum(warnings) filter (where clean), 0) as warnings,
       encode(sha256(convert_to(coalesce(string_agg(unit || ' ' || coalesce(same_as, return_id) || ' ' || warnings, e'\n' order by unit)
                                         filter (where clean), ''), 'UTF8')), 'hex') as digest
  from (select a.form collate "C" as form, a.period collate "C" as period, a.unit collate "C" as unit, a.return_id, a.warnings,
               same.same_as,
               a.errors = 0 and a.warnings = case when a.warnings = 0 then 0 else (
                   select count(*) from gaoxin.explained(a.return_id, same.same_as, a.check_id, :as_of) s
                    where s.state = 'accepted' and s.holds_until >= :day) end as clean
          from gaoxin.accepted(:campaign, :as_of) a
          left join (select return_id, same_as from gaoxin.loads where campaign = :campaign and same_as is not null) same
               using (return_id)
         where a.form || ' ' || a.unit = any(:owing)
        offset 0) seen  -- else what is clean is found out for each sum
 group by form, period
