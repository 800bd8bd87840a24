-- Phases whose gate let them end, by a time: since it was last reopened, if it was by then. A decision that held the gate let
-- nothing end, and to reopen it takes nothing back.
select d.phase, min(d.recorded_at) as passed_at
  from gaoxin.gate_decisions d
 where d.campaign = :campaign and d.mode = 'decision' and d.verdict in ('pass', 'waived') and d.recorded_at <= :as_of
   and not exists (select 1 from gaoxin.correction_outcomes o join gaoxin.usages u using (usage_id)
                    where o.outcome = 'reopen' and u.kind = 'gate' and u.value in ('pass', 'waived')
                      and (u.campaign, u.id) = (d.campaign, d.phase) and o.seq > d.seq and o.recorded_at <= :as_of)
 group by d.phase
 order by passed_at, d.phase
