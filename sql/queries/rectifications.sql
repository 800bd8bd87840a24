-- Each rectification opened by a time in its last opening, and its closing if it was closed by then; all, or those that were open.
select * from (
    select distinct on (r.id) r.id, r.campaign, r.phase, r.criterion, r.ref, r.owner, r.subject, r.opened_at, r.due,
           c.closed_at, c.because as closed_because, c.business_day, c.entered_because, e.actor
      from gaoxin.rectifications r
      left join gaoxin.rectification_closings c on c.id = r.id and c.opening = r.opening and c.closed_at <= :as_of
      left join gaoxin.ledger_events e on e.seq = c.seq
     where r.campaign = :campaign and r.opened_at <= :as_of
     order by r.id, r.opening desc
) r where not :open or closed_at is null
