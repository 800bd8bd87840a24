-- Of some explanations those given before them, of another figure, that say the same without signs: of another return, or of another
-- rule of the same at another time.
select mine.explanation_id as number, x.return_id, x.rule
  from gaoxin.explanations mine
  join gaoxin.explanations x on x.explanation_id < mine.explanation_id
   and split_part(x.return_id, '__', 1) = split_part(mine.return_id, '__', 1)
   and lower(regexp_replace(x.text, '[\W_]', '', 'g')) = lower(regexp_replace(mine.text, '[\W_]', '', 'g'))
   and case when regexp_replace(x.return_id, '__v[0-9]+$', '') = regexp_replace(mine.return_id, '__v[0-9]+$', '')
            then x.rule <> mine.rule and x.recorded_at <> mine.recorded_at else true end
 where mine.explanation_id = any(:numbers)
 order by mine.explanation_id, x.explanation_id desc
