-- What used a return while it was in force: of what knew the ledger from its load on, until a later version was loaded.
with version as (
    select r.campaign, r.form, r.unit, r.period, r.version, l.seq as since,
           (select min(n.seq) from gaoxin.returns o join gaoxin.loads n using (return_id)
             where (o.campaign, o.form, o.unit, o.period) = (r.campaign, r.form, r.unit, r.period)
               and o.version > r.version) as until
      from gaoxin.returns r join gaoxin.loads l using (return_id)
     where r.return_id = :return_id
)
select usage_id, kind, id, period, value, recorded_at as at
  from (select distinct on (u.kind, u.id, u.period, u.value) u.usage_id, u.kind, u.id, u.period, u.value, u.recorded_at
          from version v
          join gaoxin.usages u on u.campaign = v.campaign and u.known_seq >= v.since and (v.until is null or u.known_seq < v.until)
         where u.recorded_at <= :as_of
           and exists (select 1 from gaoxin.usage_slices s
                        where s.usage_id = u.usage_id and s.form = v.form
                          and (s.periods is null or v.period = any(s.periods))
                          and (s.units is null or v.unit = any(s.units))
                          and (s.variable is null or cast(:variables as text[]) is null or s.variable = any(:variables)))
         order by u.kind, u.id, u.period, u.value, u.usage_id desc) found
 order by usage_id
