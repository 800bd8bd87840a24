-- Each rectification opened by a time in its last opening, and its closing if it was closed by then; all, or those that were open. due:
-- its own day, or a later one that was granted by then, since it was opened.
select * from (
    select distinct on (r.id) r.id, r.opening, r.campaign, r.phase, r.criterion, r.ref, r.owner, r.subject, r.opened_at,
           greatest(coalesce(b.due, r.due), g.day) as due,
           (select f.due from gaoxin.rectifications f where f.id = r.id and f.opening = 1) as first_due, coalesce(r.origin, 'gate') as origin, r.finder, r.source, r.number, r.standard,
           r.found_on, r.list_sha256, r.place, p.stage, p.stage_at, c.closed_at, c.because as closed_because, c.business_day, c.entered_because,
           e.actor
      from gaoxin.rectifications r
      left join gaoxin.rectification_closings c on c.id = r.id and c.opening = r.opening and c.closed_at <= :as_of
      left join gaoxin.ledger_events e on e.seq = c.seq
      left join lateral (  -- the day that was given last
           select k.due, k.seq from gaoxin.rectification_rechecks k
            where k.id = r.id and k.opening = r.opening and k.due is not null and k.recorded_at <= :as_of
            order by k.seq desc limit 1) b on true
      left join lateral (  -- a later one that was granted since
           select max(d.day) as day from gaoxin.extensions x join gaoxin.extension_rulings d using (campaign, number)
            where (x.campaign, x.kind, x.ref) = (r.campaign, 'rectification', r.id) and d.outcome = 'granted'
              and x.recorded_at >= r.opened_at and d.seq > coalesce(b.seq, 0) and d.recorded_at <= :as_of) g on true
      left join lateral (  -- what was done last
           select s.stage, s.stage_at from (
               select v.seq, 'handed_in' as stage, v.recorded_at as stage_at from gaoxin.rectification_evidence v
                where v.id = r.id and v.opening = r.opening and v.recorded_at <= :as_of
               union all
               select k.seq, k.outcome, k.recorded_at from gaoxin.rectification_rechecks k
                where k.id = r.id and k.opening = r.opening and k.recorded_at <= :as_of) s
            order by s.seq desc limit 1) p on true
     where r.campaign = :campaign and r.opened_at <= :as_of
     order by r.id, r.opening desc
) r where not :open or closed_at is null
