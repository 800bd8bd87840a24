-- Of returns that are about to be loaded, each of another slice, the first version in the facts that says the same, its explanation
-- too. figures: of each its digest.
select distinct on (asked.return_id) asked.return_id, coalesce(l.same_as, l.return_id) as same
  from unnest(cast(:return_ids as text[]), cast(:figures as text[])) as asked (return_id, figures)
  join gaoxin.returns mine on mine.return_id = asked.return_id
  join gaoxin.loads l on (l.campaign, l.form, l.unit, l.period) = (mine.campaign, mine.form, mine.unit, mine.period)
                     and l.figures = asked.figures
  join gaoxin.returns r on r.return_id = l.return_id
 where r.explanation is not distinct from mine.explanation
 order by asked.return_id, l.version
