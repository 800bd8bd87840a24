-- What was explained of these returns by a time (null: all).
select return_id, rule, text, by_unit as by, recorded_at, business_day, entered_because
  from gaoxin.explanations where return_id = any(:return_ids) and (cast(:as_of as timestamptz) is null or recorded_at <= :as_of)
 order by return_id, explanation_id
