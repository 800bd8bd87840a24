-- Waivers given by a time, in order.
select w.phase, w.criterion, w.by_unit as by, w.reason, w.expires, w.recorded_at, w.indicator, w.unit, w.rule, w.period, w.items, w.business_day, w.entered_because, e.actor
  from gaoxin.waivers w left join gaoxin.ledger_events e on e.seq = w.seq
 where w.campaign = :campaign and w.recorded_at <= :as_of
 order by w.recorded_at, w.waiver_id
