-- Addresses at which the newest attempt after a time failed for good: whoever was to read it there was not reached.
select * from (
    select distinct on (d.channel, d.address) o.audience, d.key, d.channel, d.address, d.masked, d.attempt, d.state, d.final, d.done,
           d.parts, d.code, d.answer, d.marked_at as at
      from gaoxin.deliveries d
      join gaoxin.outbox o using (key, channel)
     where d.campaign = :campaign and d.marked_at > :since and d.marked_at <= :as_of and d.state <> 'claimed'
     order by d.channel, d.address, d.delivery_id desc) newest
 where final
 order by audience, masked
