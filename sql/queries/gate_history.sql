-- Kept evaluations of a campaign's gates, the last one first: of all phases or one, by a time or all, so many or all.
select campaign, phase, verdict, mode, decided_as_of, deadline, days_late, seal, criteria, known_seq,
       plan_version, plan_hash, coalesce(changed_within_window, '[]') as changed_within_window
  from gaoxin.gate_decisions
 where campaign = :campaign
   and (cast(:phase as text) is null or phase = :phase)
   and (cast(:as_of as timestamptz) is null or recorded_at <= :as_of)
 order by decision_id desc limit :many
