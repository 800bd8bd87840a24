-- What was decided about tasks by a time, in order.
select t.task, t.move, t.reason, t.by_unit as by, t.recorded_at, t.business_day, t.entered_because, t.confirmed,
       t.seq, e.actor
  from gaoxin.task_moves t left join gaoxin.ledger_events e on e.seq = t.seq
 where t.campaign = :campaign and t.recorded_at <= :as_of
 order by t.recorded_at, t.move_id
