-- Of some explanations those given before them, of another figure, that say the same without signs: of another return, of another
-- rule of the same at another time, or of another version of it that was asked about other figures. Letters, digits and Chinese
-- characters are compared, by their code points: which characters are words to a database depends on its locale.
with folded as (
    select explanation_id, return_id, rule, recorded_at, split_part(return_id, '__', 1) as campaign,
           regexp_replace(return_id, '__v[0-9]+$', '') as of_return,
           lower(regexp_replace(text, '[^0-9A-Za-z\u00c0-\u2fff\u3400-\u9fff\uac00-\ud7ff\uff10-\uff5a]', '', 'g')) as words
      from gaoxin.explanations)
select mine.explanation_id as number, x.return_id, x.rule
  from folded mine
  join folded x on x.explanation_id < mine.explanation_id and x.campaign = mine.campaign and x.words = mine.words
   and case when x.of_return <> mine.of_return then true
            when x.rule <> mine.rule then x.recorded_at <> mine.recorded_at
            when x.return_id = mine.return_id then false
            else not exists (
                select 1 from gaoxin.check_runs k join gaoxin.findings f on f.check_id = k.check_id and f.rule = mine.rule
                  join gaoxin.check_runs o on o.return_id = x.return_id
                  join gaoxin.findings g on g.check_id = o.check_id and g.rule = f.rule and g.message = f.message
                 where k.return_id = mine.return_id)
       end
 where mine.explanation_id = any(:numbers) and mine.words <> ''
 order by mine.explanation_id, x.explanation_id desc
