-- Reminders planned by a time with the state they had then, the newest first, so many; of one audience, or those alone that are not
-- where they should be.
select o.key, o.channel, o.audience, o.level, o.subject, o.planned_at,
       coalesce(m.state, 'planned') as state, coalesce(m.marked_at, o.planned_at) as at, m.detail
  from gaoxin.outbox o
  left join lateral (select k.state, k.marked_at, k.detail from gaoxin.outbox_marks k
                      where k.key = o.key and k.channel = o.channel and k.marked_at <= :as_of
                      order by (k.state = 'sent') desc, k.mark_id desc limit 1) m on true
 where o.campaign = :campaign and o.planned_at <= :as_of
   and (cast(:audience as text) is null or o.audience = :audience)
   and (cast(:before as timestamptz) is null or o.planned_at < :before)
   and (not :lacking or coalesce(m.state, 'planned') <> 'sent' or m.detail is not null)
 order by o.planned_at desc, o.key, o.channel
 limit :many
