-- Phases whose gate let them end, by a time.
select phase, passed_at from gaoxin.gates_passed where campaign = :campaign and passed_at <= :as_of order by passed_at, phase
