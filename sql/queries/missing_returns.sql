-- Of the returns owed in these rounds that are not accepted as of a time, each unit's first by due day, so many of each.
select form, period, unit, due
  from (select r.form, r.period, o.unit, r.due, row_number() over (partition by o.unit order by r.due, r.form, r.period) as n
          from unnest(cast(:forms as text[]), cast(:periods as text[]), cast(:dues as date[])) as r (form, period, due)
          join unnest(cast(:of_forms as text[]), cast(:units as text[])) as o (form, unit) using (form)
         where not exists (select 1 from gaoxin.accepted(:campaign, :as_of) a
                            where (a.form, a.period, a.unit) = (r.form, r.period, o.unit))) missing
 where n <= :many
 order by due, form, period, unit
