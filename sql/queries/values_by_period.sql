-- What these indicators were computed to be since a time, by a time: of each period the value computed last.
select distinct on (i.indicator, i.period) i.indicator, i.period, i.value, i.unit
  from gaoxin.indicator_values i
 where i.campaign = :campaign and i.indicator = any(:indicators) and i.as_of > :since and i.recorded_at <= :as_of
   and i.period is not null and i.value is not null
 order by i.indicator, i.period, i.as_of desc, i.value_id desc
