-- Of the returns of a campaign that count as of a time, or of one of them: each rule that warned, with how many of its warnings stand
-- alike, the first of them, and the explanation that counts (none: null). Of a broken rule nothing can be explained.
select a.return_id, a.form, a.unit, a.period, f.rule, count(*) as warnings, min(f.position) as place,
       (array_agg(f.message order by f.position))[1] as message, x.said as number
  from gaoxin.accepted(:campaign, :as_of) a
  left join (select return_id, same_as from gaoxin.loads where campaign = :campaign and same_as is not null) same using (return_id)
  join gaoxin.findings f on f.check_id = a.check_id and f.severity = 'warning' and f.message ->> 'code' <> 'quality.broken'
  left join lateral (select s.said from gaoxin.explained(a.return_id, same.same_as, a.check_id, :as_of) s
                      where s.place = f.position) x on true
 where a.warnings > 0 and (cast(:return_id as text) is null or a.return_id = :return_id)
 group by a.return_id, a.form, a.unit, a.period, f.rule, x.said
 order by a.return_id, place
