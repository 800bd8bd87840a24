-- Waivers given by a time, in order.
select phase, criterion, by_unit as by, reason, expires, recorded_at, business_day, entered_because
  from gaoxin.waivers where campaign = :campaign and recorded_at <= :as_of
 order by recorded_at, waiver_id
