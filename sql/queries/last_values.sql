-- What each of these indicators was computed to be last, by a time.
select v.*
  from unnest(cast(:indicators as text[])) as asked (id)
 cross join lateral (
       select i.indicator, i.as_of, i.value, i.unit, i.period, i.target, i.due, i.status, i.gap, i.completion, i.forecast,
              i.forecast_low, i.forecast_high, i.reason
         from gaoxin.indicator_values i
        where i.campaign = :campaign and i.indicator = asked.id and i.recorded_at <= :as_of
        order by i.as_of desc, i.value_id desc limit 1) v
