-- By period the last report that was kept as of a time: up to which number of the ledger it knew.
select distinct on (u.period) u.period, u.known_seq, u.recorded_at
  from gaoxin.usages u
 where u.campaign = :campaign and u.kind = 'report' and u.period is not null and u.recorded_at <= :as_of
 order by u.period, u.seq desc
