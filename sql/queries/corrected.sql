-- The forms and periods in which a unit that owes it sent a version after the one that is accepted: it was rejected, or is not judged.
select distinct r.form, r.period
  from gaoxin.accepted(:campaign, :as_of) a
  join gaoxin.returns mine on mine.return_id = a.return_id
  join gaoxin.returns r on (r.campaign, r.form, r.unit, r.period) = (:campaign, a.form, a.unit, a.period)
                       and r.version > mine.version and r.received_at <= :as_of
 where a.form || ' ' || a.unit = any(:owing)
