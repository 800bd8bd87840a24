-- What used figures that were corrected, by correction, with what was decided of it, by a time; of all corrections or one, of all
-- that were touched or what is still open. The same value of the same thing once, as it was recorded last.
select c.return_id as correction, u.*, o.outcome, o.by_unit as by, o.reason, o.recorded_at as decided_at
  from gaoxin.corrections c
  join gaoxin.returns r on r.return_id = c.replaces
  join gaoxin.loads l on l.return_id = c.replaces
 cross join lateral (
       select distinct on (x.kind, x.id, x.period, x.value) x.usage_id, x.kind, x.id, x.period, x.value, x.recorded_at as at
         from gaoxin.usages x
        where x.campaign = c.campaign and x.known_seq >= l.seq and x.known_seq < c.seq
          and exists (select 1 from gaoxin.usage_slices s
                       where s.usage_id = x.usage_id and s.form = r.form
                         and (s.periods is null or r.period = any(s.periods))
                         and (s.units is null or r.unit = any(s.units))
                         and (s.variable is null or s.variable = any(c.variables)))
        order by x.kind, x.id, x.period, x.value, x.usage_id desc) u
  left join gaoxin.correction_outcomes o
    on o.return_id = c.return_id and o.usage_id = u.usage_id and o.recorded_at <= :as_of
 where c.campaign = :campaign and c.recorded_at <= :as_of and cardinality(c.variables) > 0
   and (cast(:correction as text) is null or c.return_id = :correction)
   and (not :open or o.usage_id is null)
 order by c.seq, u.usage_id
