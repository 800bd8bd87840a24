-- What became of the duties of cadences by a time, in order.
select m.ref, m.move, m.unit, m.due, m.done_on, m.reason, m.sha256, f.name as file, m.by_unit as by, m.recorded_at, e.actor
  from gaoxin.cadence_moves m
  left join gaoxin.landed_files f on f.sha256 = m.sha256
  left join gaoxin.ledger_events e on e.seq = m.seq
 where m.campaign = :campaign and m.recorded_at <= :as_of
 order by m.recorded_at, m.move_id
