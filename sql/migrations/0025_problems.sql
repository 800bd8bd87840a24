-- What an inspection, a hearing, the experts or a supervision visit found opens a rectification like a gate's shortfall; its owner
-- hands in evidence, and whoever found it re-checks (docs/decisions/105).

alter table gaoxin.rectifications
    add column origin        text check (origin in ('inspection', 'hearing', 'assessment', 'supervision')),
    add column finder        text,
    add column source        text,
    add column number        text,
    add column standard      text,
    add column found_on      date,
    add column list_sha256   char(64) references gaoxin.landed_files,
    add column place         text,
    add column reopened_because text check (length(trim(reopened_because)) > 0),
    add check ((origin is null) = (finder is null) and (origin is null) = (source is null) and (origin is null) = (standard is null)
               and (origin is null) = (found_on is null) and (list_sha256 is null) = (place is null));
comment on column gaoxin.rectifications.origin is 'How it was found; null: by a gate, of which it is a shortfall.';
comment on column gaoxin.rectifications.finder is 'The unit that found it and re-checks it.';
comment on column gaoxin.rectifications.standard is '整改标准。When it is made good.';
comment on column gaoxin.rectifications.place is 'The cell of the list that it was read from, SHEET!CELL.';
comment on column gaoxin.rectifications.reopened_because is 'Why whoever found it opened it again after it was closed.';
create index on gaoxin.rectifications (list_sha256);

create table gaoxin.rectification_evidence (
    id                text        not null,
    opening           integer     not null,
    sha256            char(64)    not null references gaoxin.landed_files,
    note              text        check (length(trim(note)) > 0),
    by_unit           text        not null,
    business_day      date        not null,
    entered_because   text,
    seq               bigint      not null default gaoxin.noting(),
    recorded_at       timestamptz not null,
    constraint entered_afterwards check (
        case when entered_because is null then business_day = (recorded_at at time zone 'Asia/Shanghai')::date
        else length(trim(entered_because)) > 0 and business_day < (recorded_at at time zone 'Asia/Shanghai')::date end),
    primary key (id, opening, sha256),
    foreign key (id, opening) references gaoxin.rectifications (id, opening)
);
comment on table gaoxin.rectification_evidence is '整改佐证。A file that the owner of a rectification handed in.';
comment on column gaoxin.rectification_evidence.seq is 'The number of the event that made the row.';
create index on gaoxin.rectification_evidence (seq);
create index on gaoxin.rectification_evidence (sha256);
call gaoxin.make_append_only('gaoxin.rectification_evidence');

create table gaoxin.rectification_rechecks (
    recheck_id        bigint      generated always as identity primary key,
    id                text        not null,
    opening           integer     not null,
    outcome           text        not null check (outcome in ('accepted', 'sent_back')),
    reason            text        not null check (length(trim(reason)) > 0),
    due               date,
    by_unit           text        not null,
    business_day      date        not null,
    entered_because   text,
    seq               bigint      not null default gaoxin.noting(),
    recorded_at       timestamptz not null,
    constraint entered_afterwards check (
        case when entered_because is null then business_day = (recorded_at at time zone 'Asia/Shanghai')::date
        else length(trim(entered_because)) > 0 and business_day < (recorded_at at time zone 'Asia/Shanghai')::date end),
    check (due is null or outcome = 'sent_back'),
    foreign key (id, opening) references gaoxin.rectifications (id, opening)
);
comment on table gaoxin.rectification_rechecks is '复查。What whoever found it said of what was handed in: accepted, which closes it, or sent back, and why.';
comment on column gaoxin.rectification_rechecks.due is 'Of what was sent back: the new day, where one was given.';
comment on column gaoxin.rectification_rechecks.seq is 'The number of the event that made the row.';
create index on gaoxin.rectification_rechecks (id, opening);
create index on gaoxin.rectification_rechecks (seq);
call gaoxin.make_append_only('gaoxin.rectification_rechecks');
