-- What used figures that were corrected, by correction, with what was decided of it, by a time; of all corrections or one, of all
-- that were touched or what is still open. The same value of the same thing once, as it was recorded last. What rests on a
-- version before the one that is replaced stands on corrected figures too, unless the same thing was recorded again since.
select c.return_id as correction, u.*, o.outcome, o.by_unit as by, o.reason, o.recorded_at as decided_at, o.new_value,
       e.actor
  from gaoxin.corrections c
  join gaoxin.returns r on r.return_id = c.replaces
  join gaoxin.loads l on l.return_id = c.replaces
 cross join lateral (
       select distinct on (x.kind, x.id, x.period, x.value) x.usage_id, x.kind, x.id, x.period, x.value, x.recorded_at as at
         from (select s.*, max(s.usage_id) over (partition by s.kind, s.id, s.period) as newest
                 from gaoxin.usages s
                where s.campaign = c.campaign and s.known_seq < c.seq
                  and s.known_seq >= (select min(f.seq) from gaoxin.loads f
                                       where (f.campaign, f.form, f.unit, f.period) = (r.campaign, r.form, r.unit, r.period))
                  and s.usage_id in (select p.usage_id from gaoxin.usage_slices p
                                      where p.form = r.form and (p.variable is null or p.variable = any(c.variables))
                                        and (p.periods is null or r.period = any(p.periods))
                                        and (p.units is null or r.unit = any(p.units)))) x
        where x.known_seq >= l.seq or x.usage_id = x.newest
        order by x.kind, x.id, x.period, x.value, x.usage_id desc) u
  left join gaoxin.correction_outcomes o
    on o.return_id = c.return_id and o.usage_id = u.usage_id and o.recorded_at <= :as_of
  left join gaoxin.ledger_events e on e.seq = o.seq
 where c.campaign = :campaign and c.recorded_at <= :as_of and cardinality(c.variables) > 0
   and (cast(:correction as text) is null or c.return_id = :correction)
   and (not :open or o.usage_id is null)
 order by c.seq, u.usage_id
