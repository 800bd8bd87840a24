-- Every event says who did it. Of events recorded before, that is not known.

alter table gaoxin.ledger_events add column actor jsonb;
comment on column gaoxin.ledger_events.actor is
    'Who did it: account, machine, way, role and unit acted for, whether the accounts file vouches for it. Hashed with the event; null: from before actors were recorded.';
