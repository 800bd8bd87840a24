-- The evaluations of gates that were kept with these events, without evidence but that of approvals (as in last_gates.sql).
select d.seq, d.phase, d.verdict, d.mode, d.decided_as_of, d.days_late, d.seal,
       (select jsonb_agg(case when c ->> 'kind' = 'approval' then c else c - 'evidence' end order by n)
          from jsonb_array_elements(d.criteria) with ordinality x (c, n)) as criteria
  from gaoxin.gate_decisions d
 where d.seq = any(:events)
