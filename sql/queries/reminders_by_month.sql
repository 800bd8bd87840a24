-- How many reminders went out by audience and month by a time, and how many were held and not sent by then: what waits from day to
-- day with the same steps in it is one.
select audience, month, count(*) filter (where sent) as sent, count(distinct refs) filter (where not sent and held) as held
  from (select o.audience, o.key, o.refs, bool_or(m.state = 'sent') as sent, bool_or(m.state = 'held') as held,
               to_char(min(m.marked_at) at time zone 'Asia/Shanghai', 'YYYY-MM') as month
          from gaoxin.outbox o join gaoxin.outbox_marks m using (key, channel)
         where o.campaign = :campaign and m.marked_at <= :as_of
         group by o.audience, o.key, o.refs) k
 group by audience, month
 order by month, audience
