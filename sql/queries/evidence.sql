-- Deliverables recorded by a time.
select task, deliverable, sha256, recorded_at, recorded_by, business_day, entered_because
  from gaoxin.evidence where campaign = :campaign and recorded_at <= :as_of
 order by recorded_at, task, deliverable, sha256
