-- When clocks of units were stopped or went on, as recorded by a time, in order.
select m.number, m.move, m.kind, m.ref, m.unit, m.day, m.reason, m.by_unit as by, m.recorded_at, m.business_day, m.entered_because,
       e.actor
  from gaoxin.clock_moves m
  left join gaoxin.ledger_events e on e.seq = m.seq
 where m.campaign = :campaign and m.recorded_at <= :as_of
 order by m.number
