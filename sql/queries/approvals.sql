-- Approvals given by a time, in order.
select phase, by_unit as by, decision, seal, recorded_at, reason, business_day, entered_because
  from gaoxin.approvals where campaign = :campaign and recorded_at <= :as_of
 order by recorded_at, approval_id
