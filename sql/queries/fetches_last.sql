-- What came of the last asking of each source by a time, by form, unit, source and period: each row of it; and since when no asking
-- went as it should, of those that did not.
with asked as materialized (
    select form, unit, source, period, seq, min(fetched_at) as at, bool_or(state in ('failed', 'waits')) as amiss
      from gaoxin.fetches
     where campaign = :campaign and fetched_at <= :as_of
     group by form, unit, source, period, seq
), last as (
    select form, unit, source, period, max(seq) as seq, coalesce(max(seq) filter (where not amiss), 0) as good
      from asked
     group by form, unit, source, period
)
select f.form, f.unit, f.source, f.period, f.kind, f.state, f.place, f.name, f.sha256, f.return_id, f.why, f.fetched_at,
       (select min(a.at)
          from asked a
         where (a.form, a.unit, a.source, a.period) = (l.form, l.unit, l.source, l.period) and a.seq > l.good) as since
  from last l
  join gaoxin.fetches f on f.seq = l.seq
 where f.campaign = :campaign
 order by f.form, f.unit, f.source, f.period, f.fetch_id
