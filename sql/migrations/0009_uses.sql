-- What used which figures: decisions say up to where they knew, and corrections find whom they touch.

create index on gaoxin.ledger_events (at, seq);

alter table gaoxin.gate_decisions add column known_seq bigint;
comment on column gaoxin.gate_decisions.known_seq is
    'The number of the ledger up to which was known what it rests on; null: it was not recorded then.';
