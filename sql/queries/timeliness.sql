-- Of the returns owed in these rounds: how many are accepted as of a time, and of how many the first accepted version came by the due
-- day; those apart, whose days are others, are left out.
select count(*) as accepted, count(*) filter (where (a.first_came at time zone 'Asia/Shanghai')::date <= d.due) as in_time
  from gaoxin.accepted(:campaign, :as_of) a
  join unnest(cast(:forms as text[]), cast(:periods as text[]), cast(:dues as date[])) as d (form, period, due)
       using (form, period)
 where a.form || ' ' || a.unit = any(:owing)
   and not exists (select 1
                     from unnest(cast(:apart_forms as text[]), cast(:apart_periods as text[]), cast(:apart_units as text[]))
                          as x (form, period, unit)
                    where (x.form, x.period, x.unit) = (a.form, a.period, a.unit))
