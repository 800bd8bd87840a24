-- The evaluation of each of these gates that was kept last by a time, without evidence but that of approvals, which says
-- whether consent was refused.
select g.phase, g.verdict, g.mode, g.decided_as_of, g.days_late, g.seal, g.criteria
  from unnest(cast(:phases as text[])) as asked (phase)
 cross join lateral (
       select d.phase, d.verdict, d.mode, d.decided_as_of, d.days_late, d.seal,
              (select jsonb_agg(case when c ->> 'kind' = 'approval' then c else c - 'evidence' end order by n)
                 from jsonb_array_elements(d.criteria) with ordinality x (c, n)) as criteria
         from gaoxin.gate_decisions d
        where d.campaign = :campaign and d.phase = asked.phase and d.recorded_at <= :as_of
        order by d.decision_id desc limit 1) g
