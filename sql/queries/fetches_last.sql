-- What came of the last asking of each source by a time, by form, unit, source and period: each row of it.
select f.form, f.unit, f.source, f.period, f.kind, f.state, f.place, f.name, f.sha256, f.return_id, f.why, f.fetched_at
  from gaoxin.fetches f
  join (select max(seq) as seq
          from gaoxin.fetches
         where campaign = :campaign and fetched_at <= :as_of
         group by form, unit, source, period) l on l.seq = f.seq
 where f.campaign = :campaign
 order by f.form, f.unit, f.source, f.period, f.fetch_id
