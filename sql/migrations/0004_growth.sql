-- What keeps questions and writes flat while the ledger grows.

create or replace function gaoxin.head_moves_forward() returns trigger language plpgsql as $$
begin
    if tg_op <> 'UPDATE' or new.seq <= old.seq then
        raise exception '台账头只能前移 / the ledger''s head only moves forward'
            using errcode = 'restrict_violation';
    end if;
    return new;
end $$;
comment on function gaoxin.head_moves_forward() is 'Trigger: many events of one transaction move the head once.';

create index on gaoxin.ledger_events (campaign, kind, seq);
