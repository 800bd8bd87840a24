-- What is kept of each binding value as of a time: what was told of it, and when it had been recorded that nothing could be.
select distinct on (v.indicator, v.due)
       v.verdict_id, v.indicator, v.due, v.target, v.verdict, v.value, v.unit, v.period, v.reason, v.recorded_at,
       case when v.verdict <> 'unknown' then u.recorded_at end as unevaluated_at
  from gaoxin.target_verdicts v
  left join gaoxin.target_verdicts u
         on u.campaign = v.campaign and u.indicator = v.indicator and u.due = v.due and u.verdict = 'unknown'
        and u.recorded_at <= :as_of
 where v.campaign = :campaign and v.recorded_at <= :as_of
 order by v.indicator, v.due, v.verdict = 'unknown'
