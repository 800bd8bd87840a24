-- The ledger (append-only, hash-chained), the plans as registered, and their deadlines.

create function gaoxin.refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '表 % 只增不改，不能%；请登记更正 / table % is append-only, no %; record a correction instead',
        tg_table_name, tg_op, tg_table_name, tg_op
        using errcode = 'restrict_violation';
end $$;
comment on function gaoxin.refuse_change() is 'Trigger: what was recorded stays as it was recorded.';

-- Guards a table against UPDATE, DELETE and TRUNCATE. A superuser can switch triggers off; the ledger''s chain shows that.
create procedure gaoxin.make_append_only(guarded regclass) language plpgsql as $$
begin
    execute format('create trigger append_only before update or delete on %s
                    for each row execute function gaoxin.refuse_change()', guarded);
    execute format('create trigger append_only_truncate before truncate on %s
                    for each statement execute function gaoxin.refuse_change()', guarded);
end $$;

create table gaoxin.ledger_events (
    seq        bigint      primary key check (seq > 0),
    campaign   text        not null,
    kind       text        not null,
    at         timestamptz not null,
    payload    json        not null,
    prev_hash  char(64)    not null,
    hash       char(64)    not null unique,
    stored_at  timestamptz not null default clock_timestamp()
);
comment on table gaoxin.ledger_events is '台账事件。Append-only, each event hashed with the one before; ids, hashes and verdicts, never contacts.';
comment on column gaoxin.ledger_events.campaign is 'Empty for what belongs to no campaign, such as a file whose cover is unreadable.';
comment on column gaoxin.ledger_events.at is 'Time of the campaign (as of).';
comment on column gaoxin.ledger_events.payload is 'json, not jsonb: the text is kept as it was hashed.';
comment on column gaoxin.ledger_events.stored_at is 'The server''s clock, for audits only; no decision reads it and it is not part of the hash.';
create index on gaoxin.ledger_events (campaign, seq);
call gaoxin.make_append_only('gaoxin.ledger_events');

create table gaoxin.ledger_head (
    only_row  boolean  primary key default true check (only_row),
    seq       bigint   not null check (seq >= 0),
    hash      char(64) not null
);
comment on table gaoxin.ledger_head is 'The last event''s number and hash, kept apart so that a cut-off tail shows; locked by who appends.';
insert into gaoxin.ledger_head (seq, hash) values (0, repeat('0', 64));

create function gaoxin.head_moves_forward() returns trigger language plpgsql as $$
begin
    if tg_op <> 'UPDATE' or new.seq <> old.seq + 1 then
        raise exception '台账头只能逐条前移 / the ledger''s head moves forward by one'
            using errcode = 'restrict_violation';
    end if;
    return new;
end $$;
create trigger forward_only before update or delete on gaoxin.ledger_head
    for each row execute function gaoxin.head_moves_forward();
create trigger no_truncate before truncate on gaoxin.ledger_head
    for each statement execute function gaoxin.refuse_change();

create table gaoxin.plan_versions (
    campaign       text        not null,
    version        integer     not null check (version > 0),
    plan_hash      char(64)    not null,
    plan           jsonb       not null,
    registered_at  timestamptz not null,
    primary key (campaign, version)
);
comment on table gaoxin.plan_versions is '工作方案版本。Each plan as it was registered; the highest version is in force.';
call gaoxin.make_append_only('gaoxin.plan_versions');

create table gaoxin.deadlines (
    campaign      text    not null,
    plan_version  integer not null,
    kind          text    not null check (kind in ('return', 'gate', 'task', 'indicator')),
    ref           text    not null,
    unit          text    not null,
    due           date    not null,
    source        text    not null,
    primary key (campaign, plan_version, kind, ref),
    foreign key (campaign, plan_version) references gaoxin.plan_versions (campaign, version)
);
comment on table gaoxin.deadlines is '期限。Made when a plan is registered: they act though no DAG ever runs.';
comment on column gaoxin.deadlines.ref is 'Key of the return, or id of the phase, task or indicator.';
comment on column gaoxin.deadlines.unit is 'Who owes it.';
comment on column gaoxin.deadlines.source is 'The place in the document, or the rule, that the day comes from.';
call gaoxin.make_append_only('gaoxin.deadlines');

create table gaoxin.deadline_steps (
    campaign  text        not null,
    kind      text        not null check (kind in ('return', 'gate', 'task', 'indicator')),
    ref       text        not null,
    step      text        not null,
    done_at   timestamptz not null,
    primary key (campaign, kind, ref, step)
);
comment on table gaoxin.deadline_steps is 'Each step of a deadline that was taken; each is taken once.';
call gaoxin.make_append_only('gaoxin.deadline_steps');

create view gaoxin.current_deadlines as
select d.campaign, d.kind, d.ref, d.unit, d.due, d.source
  from gaoxin.deadlines d
 where d.plan_version = (select max(v.version) from gaoxin.plan_versions v where v.campaign = d.campaign);
comment on view gaoxin.current_deadlines is 'The deadlines of each campaign''s plan in force.';
