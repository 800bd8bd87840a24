-- What was explained of these returns by a time.
select return_id, rule, text, by_unit as by, recorded_at, business_day, entered_because
  from gaoxin.explanations where return_id = any(:return_ids) and recorded_at <= :as_of
 order by return_id, explanation_id
