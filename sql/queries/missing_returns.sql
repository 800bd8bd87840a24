-- Of the returns owed in these rounds that are not accepted as of a time, each unit's first by due day, so many of each. Units apart
-- owe by another day, or, without one, in another round.
select form, period, unit, due
  from (select r.form, r.period, o.unit, coalesce(x.due, r.due) as due,
               row_number() over (partition by o.unit order by coalesce(x.due, r.due), r.form, r.period) as n
          from unnest(cast(:forms as text[]), cast(:periods as text[]), cast(:dues as date[])) as r (form, period, due)
          join unnest(cast(:of_forms as text[]), cast(:units as text[])) as o (form, unit) using (form)
          left join unnest(cast(:apart_forms as text[]), cast(:apart_periods as text[]), cast(:apart_units as text[]),
                           cast(:apart_dues as date[])) as x (form, period, unit, due)
                 on (x.form, x.period, x.unit) = (r.form, r.period, o.unit)
         where (x.form is null or x.due is not null) and not exists (select 1 from gaoxin.accepted(:campaign, :as_of) a
                            where (a.form, a.period, a.unit) = (r.form, r.period, o.unit))) missing
 where n <= :many
 order by due, form, period, unit
