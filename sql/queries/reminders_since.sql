-- What became of the reminders that were marked between two times: once sent it stays sent. The newest first.
select * from (
    select distinct on (o.key, o.channel) o.key, o.channel, o.audience, o.level, o.subject, m.state, m.marked_at as at, m.detail
      from gaoxin.outbox_marks m
      join gaoxin.outbox o using (key, channel)
     where o.campaign = :campaign and m.marked_at > :since and m.marked_at <= :as_of
     order by o.key, o.channel, (m.state = 'sent') desc, m.mark_id desc) r
 order by at desc, key
