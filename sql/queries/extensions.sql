-- Requests for another day that were made by a time, in order, with what was decided on each by then.
select x.number, x.kind, x.ref, x.unit, x.due, x.wished, x.reason, x.recorded_at, x.business_day, x.entered_because, e.actor,
       r.outcome as ruling_outcome, r.day as ruling_day, r.reason as ruling_reason, r.by_unit as ruling_by, r.recorded_at as ruling_recorded_at,
       r.business_day as ruling_business_day, r.entered_because as ruling_entered_because, d.actor as ruling_actor
  from gaoxin.extensions x
  left join gaoxin.ledger_events e on e.seq = x.seq
  left join gaoxin.extension_rulings r
         on (r.campaign, r.number) = (x.campaign, x.number) and r.recorded_at <= :as_of
  left join gaoxin.ledger_events d on d.seq = r.seq
 where x.campaign = :campaign and x.recorded_at <= :as_of
 order by x.number
