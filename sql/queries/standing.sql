-- By form and period: how many units that owe it (as `form unit`) have an accepted return as of a time; and, counted with their
-- warnings and a digest of what a seal covers, those of which nothing is to be said (no errors, and of every warning an explanation
-- that was accepted and holds on that day); and the warnings of all, whether they were explained or not (told).
select form, period, count(*) as accepted, count(*) filter (where clean) as clean,
       coalesce(sum(warnings) filter (where clean), 0) as warnings, coalesce(sum(warnings), 0) as told,
       encode(sha256(convert_to(coalesce(string_agg(unit || ' ' || coalesce(same_as, return_id) || ' ' || warnings
                                                    || coalesce(' ' || words, ''), e'\n' order by unit)
                                         filter (where clean), ''), 'UTF8')), 'hex') as digest
  from (select a.form collate "C" as form, a.period collate "C" as period, a.unit collate "C" as unit, a.return_id, a.warnings,
               same.same_as, said.words, a.errors = 0 and a.warnings = coalesce(said.holds, 0) as clean
          from gaoxin.accepted(:campaign, :as_of) a
          left join (select return_id, same_as from gaoxin.loads where campaign = :campaign and same_as is not null) same
               using (return_id)
          left join lateral (
               select count(*) filter (where s.state = 'accepted' and s.holds_until >= :day) as holds,
                      encode(sha256(convert_to(string_agg(e.rule || ' ' || e.text, e'\n' order by e.rule, e.text)
                                               filter (where s.state = 'accepted'), 'UTF8')), 'hex') as words
                 from gaoxin.explained(a.return_id, same.same_as, a.check_id, :as_of) s
                 join gaoxin.explanations e on e.explanation_id = s.said) said on a.warnings > 0
         where a.form || ' ' || a.unit = any(:owing)
        offset 0) seen  -- else what is clean is found out for each sum
 group by form, period
