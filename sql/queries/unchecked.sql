-- Of versions of these returns that were checked first on a later day than they came, or are not checked by a time: both days.
select form, unit, period, came, checked
  from (select r.form, r.unit, r.period, (coalesce(r.arrived_at, r.received_at) at time zone 'Asia/Shanghai')::date as came,
               (select (min(k.checked_at) at time zone 'Asia/Shanghai')::date from gaoxin.check_runs k
                 where k.return_id = r.return_id and k.checked_at <= :as_of) as checked
          from unnest(cast(:forms as text[]), cast(:units as text[]), cast(:periods as text[])) as asked (form, unit, period)
          join gaoxin.returns r using (form, unit, period)
         where r.campaign = :campaign and r.received_at <= :as_of) v
 where checked is null or checked > came
 order by form, unit, period, came
