-- The accepted version in force of each return, as of a time, of all forms, units and periods, or of those asked for (null: all).
select distinct on (r.form, r.unit, r.period) r.form, r.unit, r.period, r.return_id
  from gaoxin.loads l join gaoxin.returns r using (return_id)
 where r.campaign = :campaign and l.recorded_at <= :as_of
   and (cast(:forms as text[]) is null or r.form = any(:forms))
   and (cast(:units as text[]) is null or r.unit = any(:units))
   and (cast(:periods as text[]) is null or r.period = any(:periods))
 order by r.form, r.unit, r.period, r.version desc
