-- What was done about rectifications by a time, in order: found, handed in, re-checked, put off, closed, opened again.
select s.id, s.opening, s.kind, s.at, s.by_unit as by, s.text, s.told, s.sha256, f.name as file, s.due, s.business_day,
       s.entered_because, e.actor
  from (
    select r.id, r.opening, r.seq, case when r.opening > 1 then 'reopened' when r.origin is null then 'opened' else 'found' end as kind,
           r.opened_at as at, r.finder as by_unit, r.reopened_because as text, null::jsonb as told, r.list_sha256 as sha256, r.due,
           null::date as business_day, null::text as entered_because
      from gaoxin.rectifications r where r.campaign = :campaign and r.opened_at <= :as_of
    union all
    select v.id, v.opening, v.seq, 'handed_in', v.recorded_at, v.by_unit, v.note, null, v.sha256, null, v.business_day,
           v.entered_because
      from gaoxin.rectification_evidence v join gaoxin.rectifications r using (id, opening)
     where r.campaign = :campaign and v.recorded_at <= :as_of
    union all
    select k.id, k.opening, k.seq, k.outcome, k.recorded_at, k.by_unit, k.reason, null, null, k.due, k.business_day,
           k.entered_because
      from gaoxin.rectification_rechecks k join gaoxin.rectifications r using (id, opening)
     where r.campaign = :campaign and k.recorded_at <= :as_of
    union all
    select c.id, c.opening, c.seq, 'closed', c.closed_at, null, null, c.because, null, null, c.business_day, c.entered_because
      from gaoxin.rectification_closings c join gaoxin.rectifications r using (id, opening)
     where r.campaign = :campaign and c.closed_at <= :as_of
       and not exists (select 1 from gaoxin.rectification_rechecks k
                        where k.id = c.id and k.opening = c.opening and k.outcome = 'accepted')
    union all
    select x.ref, (select max(r.opening) from gaoxin.rectifications r where r.id = x.ref and r.opened_at <= x.recorded_at), x.seq,
           'to_extend', x.recorded_at, x.unit, x.reason, null, null, x.wished, x.business_day, x.entered_because
      from gaoxin.extensions x where x.campaign = :campaign and x.kind = 'rectification' and x.recorded_at <= :as_of
    union all
    select x.ref, (select max(r.opening) from gaoxin.rectifications r where r.id = x.ref and r.opened_at <= d.recorded_at), d.seq,
           case d.outcome when 'granted' then 'extended' else 'not_extended' end, d.recorded_at, d.by_unit, d.reason, null, null, d.day,
           d.business_day, d.entered_because
      from gaoxin.extension_rulings d join gaoxin.extensions x using (campaign, number)
     where d.campaign = :campaign and x.kind = 'rectification' and d.recorded_at <= :as_of
) s
  left join gaoxin.landed_files f on f.sha256 = s.sha256
  left join gaoxin.ledger_events e on e.seq = s.seq
 order by s.id, s.seq
