-- By unit and month in which periods end: how many of the returns owed in these rounds are accepted as of a time; of how many of these
-- are asked for and the day is not past, the day is within the next days, the day is past; and the version that counts of one.
-- Units apart owe by another day, or, without one, in another round. What is accepted is as gaoxin.accepted has it. To put all returns of a campaign in order costs more than all else here: nearly every
-- one has one version and one run, and only those with more are put in order.
with again as materialized (
    select distinct form, period, unit
      from gaoxin.check_runs
     where campaign = :campaign and checked_at <= :as_of and (version > 1 or run > 1)
), accepted as (
    select c.form, c.period, c.unit, c.return_id
      from gaoxin.check_runs c
     where c.campaign = :campaign and c.checked_at <= :as_of and c.verdict <> 'rejected'
       and not exists (select 1 from again g where (g.form, g.period, g.unit) = (c.form, c.period, c.unit))
    union all
    select form, period, unit, return_id
      from (select distinct on (k.form, k.period, k.unit) k.form, k.period, k.unit, k.return_id, k.verdict
              from (select distinct on (c.form, c.period, c.unit, c.version) c.*
                      from again g join gaoxin.check_runs c using (form, period, unit)
                     where c.campaign = :campaign and c.checked_at <= :as_of
                     order by c.form, c.period, c.unit, c.version, c.run desc) k
             where k.verdict <> 'rejected'
                or exists (select 1 from gaoxin.loads l where l.return_id = k.return_id and l.recorded_at <= :as_of)
             order by k.form, k.period, k.unit, k.version desc) counts
     where verdict <> 'rejected'
)
select a.unit, r.month, count(*) as accepted,
       count(*) filter (where d.opens <= :today and d.due >= :today) as due,
       count(*) filter (where d.opens <= :today and d.due between :today and :soon) as soon,
       count(*) filter (where d.due < :today) as overdue,
       max(a.return_id collate "C") as return_id
  from accepted a
  join unnest(cast(:forms as text[]), cast(:periods as text[]), cast(:ends as date[]), cast(:dues as date[]),
              cast(:months as text[])) as r (form, period, ends, due, month) on (r.form, r.period) = (a.form, a.period)
  join unnest(cast(:of_forms as text[]), cast(:units as text[])) as o (form, unit) on (o.form, o.unit) = (a.form, a.unit)
  left join unnest(cast(:apart_forms as text[]), cast(:apart_periods as text[]), cast(:apart_units as text[]),
                   cast(:apart_dues as date[])) as x (form, period, unit, due)
         on (x.form, x.period, x.unit) = (a.form, a.period, a.unit)
  cross join lateral (select coalesce(x.due, r.due) as due) y
  cross join lateral (select y.due, case when y.due > r.ends then r.ends + 1 else date_trunc('month', y.due)::date end as opens) d
 where x.form is null or x.due is not null
 group by a.unit, r.month
