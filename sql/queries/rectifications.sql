-- Each rectification opened by a time in its last opening, and its closing if it was closed by then; all, or those that were open. due:
-- its own day, or a later one that was granted by then, since it was opened.
select * from (
    select distinct on (r.id) r.id, r.campaign, r.phase, r.criterion, r.ref, r.owner, r.subject, r.opened_at,
           greatest(r.due, g.day) as due,
           c.closed_at, c.because as closed_because, c.business_day, c.entered_because, e.actor
      from gaoxin.rectifications r
      left join gaoxin.rectification_closings c on c.id = r.id and c.opening = r.opening and c.closed_at <= :as_of
      left join gaoxin.ledger_events e on e.seq = c.seq
      left join lateral (select max(d.day) as day
                           from gaoxin.extensions x join gaoxin.extension_rulings d using (campaign, number)
                          where (x.campaign, x.kind, x.ref) = (r.campaign, 'rectification', r.id) and d.outcome = 'granted'
                            and x.recorded_at >= r.opened_at and d.recorded_at <= :as_of) g on true
     where r.campaign = :campaign and r.opened_at <= :as_of
     order by r.id, r.opening desc
) r where not :open or closed_at is null
