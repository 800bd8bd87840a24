-- Deliverables recorded by a time.
select v.task, v.deliverable, v.sha256, v.recorded_at, v.recorded_by, v.business_day, v.entered_because,
       coalesce(v.seq, 0) as seq, e.actor
  from gaoxin.evidence v left join gaoxin.ledger_events e on e.seq = v.seq
 where v.campaign = :campaign and v.recorded_at <= :as_of
 order by v.recorded_at, v.task, v.deliverable, v.sha256
