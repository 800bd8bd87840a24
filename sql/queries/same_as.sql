-- The first version of a return in the facts that says the same as one that is about to be loaded, its explanation too.
select coalesce(l.same_as, l.return_id)
  from gaoxin.returns mine
  join gaoxin.loads l on (l.campaign, l.form, l.unit, l.period) = (mine.campaign, mine.form, mine.unit, mine.period)
  join gaoxin.returns r on r.return_id = l.return_id
 where mine.return_id = :return_id and l.figures = :figures and r.explanation is not distinct from mine.explanation
 order by l.version
 limit 1
