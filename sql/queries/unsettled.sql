-- Values in force as of a time, of the forms, units and periods asked for, that were asked about as being of an unusual level, and
-- whether an explanation of that was accepted: of the others no later value is held against them (docs/decisions/099).
select l.form, l.unit, l.period, f.variable, coalesce(x.state = 'accepted', false) as accepted
  from (select distinct on (form, unit, period) form, unit, period, return_id, same_as
          from gaoxin.loads
         where campaign = :campaign and recorded_at <= :as_of and form = any(:forms) and unit = any(:units) and period = any(:periods)
         order by form, unit, period, version desc) l
  join lateral (select k.check_id, k.warnings from gaoxin.check_runs k
                 where k.return_id = l.return_id and k.checked_at <= :as_of order by k.run desc limit 1) c on c.warnings > 0
  join gaoxin.findings f on f.check_id = c.check_id and f.severity = 'warning' and f.variable is not null
   and split_part(f.rule, '.', 2) = any(:rules)
  left join lateral (select s.state from gaoxin.explained(l.return_id, l.same_as, c.check_id, :as_of) s
                      where s.place = f.position) x on true
