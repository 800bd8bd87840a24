-- What was told of tasks by a time, in order.
select t.task, t.milestone, t.reached, t.percent, t.words, t.stood_on, t.by_unit as by, t.recorded_at, t.late_because,
       e.actor
  from gaoxin.task_reports t left join gaoxin.ledger_events e on e.seq = t.seq
 where t.campaign = :campaign and t.recorded_at <= :as_of
 order by t.recorded_at, t.report_id
