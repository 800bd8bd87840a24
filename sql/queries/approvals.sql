-- Approvals given by a time, in order; one that a correction reopened by then has to be given anew.
select a.phase, a.by_unit as by, a.decision, a.seal, a.recorded_at, a.reason, a.business_day, a.entered_because, a.seq, a.scan,
       e.actor
  from gaoxin.approvals a
  left join gaoxin.ledger_events e on e.seq = a.seq
 where a.campaign = :campaign and a.recorded_at <= :as_of
   and not exists (select 1 from gaoxin.correction_outcomes o join gaoxin.usages u using (usage_id)
                    where o.outcome = 'reopen' and u.kind = 'approval' and u.campaign = a.campaign
                      and u.id = a.phase || '/' || a.by_unit and o.seq > a.seq and o.recorded_at <= :as_of)
 order by a.recorded_at, a.approval_id
