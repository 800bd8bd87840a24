-- The accepted version in force of each return, as of a time, of all forms, units and periods, or of those asked for (null: all).
select distinct on (form, unit, period) form, unit, period, return_id
  from gaoxin.loads
 where campaign = :campaign and recorded_at <= :as_of
   and (cast(:forms as text[]) is null or form = any(:forms))
   and (cast(:units as text[]) is null or unit = any(:units))
   and (cast(:periods as text[]) is null or period = any(:periods))
 order by form, unit, period, version desc
