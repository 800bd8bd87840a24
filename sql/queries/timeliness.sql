-- Of the returns owed in these rounds: how many are accepted as of a time, and of how many the first version that was ever accepted came
-- by the due day, also where a person had it corrected since; those apart, whose days are others, are left out.
select count(*) as accepted,
       count(*) filter (where (least(a.first_came, f.came) at time zone 'Asia/Shanghai')::date <= d.due) as in_time
  from gaoxin.accepted(:campaign, :as_of) a
  left join (select l.form, l.unit, l.period, min(l.received_at) as came
               from gaoxin.loads l
              where l.campaign = :campaign and l.recorded_at <= :as_of and l.period = any(cast(:periods as text[]))
              group by l.form, l.unit, l.period) f using (form, unit, period)
  join unnest(cast(:forms as text[]), cast(:periods as text[]), cast(:dues as date[])) as d (form, period, due)
       using (form, period)
 where a.form || ' ' || a.unit = any(:owing)
   and not exists (select 1
                     from unnest(cast(:apart_forms as text[]), cast(:apart_periods as text[]), cast(:apart_units as text[]))
                          as x (form, period, unit)
                    where (x.form, x.period, x.unit) = (a.form, a.period, a.unit))
