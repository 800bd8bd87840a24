-- Digests planned after a time that were tried at some address and are not marked as sent, as they were known at a time.
select o.key, o.channel, o.audience, o.level, o.subject, o.body, o.due, o.refs, o.carried, o.planned_at,
       'planned' as state, o.planned_at as at, null as detail
  from gaoxin.outbox o
 where o.campaign = :campaign and o.refs <> '[]' and o.planned_at > :since and o.planned_at <= :as_of
   and exists (select 1 from gaoxin.deliveries d where d.key = o.key and d.channel = o.channel and d.marked_at <= :as_of)
   and not exists (select 1 from gaoxin.outbox_marks m where m.key = o.key and m.channel = o.channel and m.state = 'sent'
                                                         and m.marked_at <= :as_of)
 order by o.planned_at, o.key
