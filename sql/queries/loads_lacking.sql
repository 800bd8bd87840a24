-- Returns in force as of a time, of periods that end after a day and by another, that hold no value of a variable of their form.
with in_force as (
    select distinct on (l.form, l.unit, l.period) l.form, l.unit, l.period, l.return_id
      from gaoxin.loads l
     where l.campaign = :campaign and l.form = any(:forms) and l.recorded_at <= :as_of
     order by l.form, l.unit, l.period, l.version desc
)
select i.return_id, asked.variable
  from in_force i
  join gaoxin.returns r using (return_id)
  join unnest(cast(:forms as text[]), cast(:variables as text[])) asked(form, variable) on asked.form = i.form
 where r.period_end > :since and r.period_end <= :until
   and not exists (select from gaoxin.facts f where f.return_id = i.return_id and f.variable = asked.variable
                      and (f.campaign, f.form, f.unit, f.period) = (r.campaign, r.form, r.unit, r.period))
 order by i.return_id, asked.variable
