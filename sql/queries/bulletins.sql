-- Drafts of bulletins known by a time, every edition, in order; of one period, or of all.
select b.period, b.edition, b.content, b.due, b.late_days, b.recorded_at, e.actor
  from gaoxin.bulletins b left join gaoxin.ledger_events e on e.seq = b.seq
 where b.campaign = :campaign and (cast(:period as text) is null or b.period = :period) and b.recorded_at <= :as_of
 order by b.recorded_at, b.seq
