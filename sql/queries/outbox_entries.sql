-- Reminders planned by a time, all or of one key, each with the state it had then; once sent it stays sent.
select o.key, o.channel, o.audience, o.level, o.subject, o.body, o.due, o.refs, o.carried, o.planned_at,
       coalesce(m.state, 'planned') as state, coalesce(m.marked_at, o.planned_at) as at, m.detail
  from gaoxin.outbox o
  left join lateral (select k.state, k.marked_at, k.detail from gaoxin.outbox_marks k
                      where k.key = o.key and k.channel = o.channel and k.marked_at <= :as_of
                      order by (k.state = 'sent') desc, k.mark_id desc limit 1) m on true
 where o.campaign = :campaign and o.planned_at <= :as_of and (cast(:key as text) is null or o.key = :key)
 order by o.planned_at, o.key, o.channel
