-- What people said of these versions by a time, that they are to be corrected and that they need not be, the newest first.
select e.payload ->> 'return_id' as return_id, e.kind = 'return.sent_back' as back, e.payload ->> 'by' as by,
       coalesce(e.payload ->> 'place', '') as place, coalesce(e.payload ->> 'text', e.payload ->> 'reason') as text,
       e.at, e.actor
  from gaoxin.ledger_events e
 where e.campaign = split_part((cast(:ids as text[]))[1], '__', 1) and e.kind in ('return.sent_back', 'return.reinstated')
   and e.payload ->> 'return_id' = any(:ids) and e.at <= :as_of
 order by e.seq desc
