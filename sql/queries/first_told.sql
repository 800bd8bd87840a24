-- When something was first told of returns on which a period rests (its own, those of the period before), after the number up to
-- which is known of it; that a file came again changes nothing.
select k.period, min(e.at) as at
  from unnest(cast(:periods as text[]), cast(:sources as text[]), cast(:known as bigint[])) as k (period, source, known)
  join gaoxin.returns r on r.campaign = :campaign and r.period = k.source
  join gaoxin.ledger_events e on e.payload ->> 'return_id' = r.return_id and e.seq > k.known
 where e.campaign = :campaign and e.seq > :least and e.at <= :as_of and e.kind <> :nothing_new
 group by k.period
