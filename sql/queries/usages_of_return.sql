-- What used a return while it was in force: of what knew the ledger from its load on, until a later version was loaded. Decisions
-- are told each, on its own day. A figure or report that is recorded anew and says the same is told once, as it said so first: what
-- comes later changes no row that was told.
with version as (
    select r.campaign, r.form, r.unit, r.period, r.version, l.seq as since,
           (select min(n.seq) from gaoxin.returns o join gaoxin.loads n using (return_id)
             where (o.campaign, o.form, o.unit, o.period) = (r.campaign, r.form, r.unit, r.period)
               and o.version > r.version) as until
      from gaoxin.returns r join gaoxin.loads l using (return_id)
     where r.return_id = :return_id
)
select usage_id, kind, id, period, value, recorded_at as at
  from (select u.usage_id, u.kind, u.id, u.period, u.value, u.recorded_at,
               lag(u.value) over (partition by u.kind, u.id, u.period order by u.usage_id) as said_before
          from version v
          join gaoxin.usages u on u.campaign = v.campaign and u.known_seq >= v.since and (v.until is null or u.known_seq < v.until)
         where u.recorded_at <= :as_of
           and exists (select 1 from gaoxin.usage_slices s
                        where s.usage_id = u.usage_id and s.form = v.form
                          and (s.periods is null or v.period = any(s.periods))
                          and (s.units is null or v.unit = any(s.units))
                          and (s.variable is null or cast(:variables as text[]) is null or s.variable = any(:variables)))) found
 where kind not in ('indicator', 'report') or value is distinct from said_before
 order by usage_id
