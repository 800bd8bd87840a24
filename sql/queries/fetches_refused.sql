-- Files of sources that were refused by a time, and nothing came from the same place since: the last asking of each in which it came.
select form, unit, source, period, kind, state, place, name, sha256, return_id, why, fetched_at, fetched_at as since
  from (select distinct on (form, unit, source, period, place) *
          from gaoxin.fetches
         where campaign = :campaign and fetched_at <= :as_of and state = 'fetched'
         order by form, unit, source, period, place, fetch_id desc) last_came
 where return_id is null
 order by form, unit, source, period, fetch_id
