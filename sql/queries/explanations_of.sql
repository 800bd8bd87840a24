-- What was explained of these returns by a time (null: all).
select x.return_id, x.rule, x.text, x.by_unit as by, x.recorded_at, x.business_day, x.entered_because, e.actor
  from gaoxin.explanations x left join gaoxin.ledger_events e on e.seq = x.seq
 where x.return_id = any(:return_ids) and (cast(:as_of as timestamptz) is null or x.recorded_at <= :as_of)
 order by x.return_id, x.explanation_id
