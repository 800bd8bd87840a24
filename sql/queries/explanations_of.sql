-- What was explained of these returns by a time (null: all): of themselves, and of others in the facts that say the same; with the
-- last word of a reviewer. covered: the warnings of that rule that had been found when it was said.
select asked.return_id, x.explanation_id as number, x.rule, x.text, x.by_unit as by, x.recorded_at, x.business_day,
       x.entered_because, e.actor,
       (select coalesce(jsonb_agg(distinct g.message), '[]') from gaoxin.check_runs k join gaoxin.findings g using (check_id)
         where k.return_id = x.return_id and k.checked_at <= x.recorded_at and g.rule = x.rule) as covered,
       v.comment, v.holds_until, v.by_unit as reviewed_by, v.recorded_at as reviewed_at, w.actor as reviewer
  from unnest(cast(:return_ids as text[])) asked(return_id)
  left join gaoxin.loads l on l.return_id = asked.return_id
 cross join lateral (select asked.return_id as id union all select l.same_as where l.same_as <> asked.return_id
                     union all select o.return_id from gaoxin.loads o
                                where o.same_as = l.same_as and o.return_id <> asked.return_id) said
  join gaoxin.explanations x on x.return_id = said.id
  left join gaoxin.ledger_events e on e.seq = x.seq
  left join lateral (select r.* from gaoxin.explanation_reviews r
                      where r.explanation_id = x.explanation_id
                        and (cast(:as_of as timestamptz) is null or r.recorded_at <= :as_of)
                      order by r.review_id desc limit 1) v on true
  left join gaoxin.ledger_events w on w.seq = v.seq
 where cast(:as_of as timestamptz) is null or x.recorded_at <= :as_of
 order by asked.return_id, x.explanation_id
