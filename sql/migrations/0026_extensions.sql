-- A later day for what is owed: asked for before its limit, granted or refused by the office (docs/decisions/104).

create table gaoxin.extensions (
    campaign         text        not null,
    number           integer     not null check (number > 0),
    kind             text        not null check (kind in ('return', 'task', 'rectification')),
    ref              text        not null,
    unit             text        not null,
    due              date        not null,
    wished           date        not null check (wished > due),
    reason           text        not null check (length(trim(reason)) > 0),
    business_day     date        not null,
    entered_because  text,
    seq              bigint      not null default gaoxin.noting(),
    recorded_at      timestamptz not null,
    primary key (campaign, number)
);
comment on table gaoxin.extensions is '延期申请。Requests for a later day, each made while the day that it asks to move had not passed.';
comment on column gaoxin.extensions.ref is 'What is owed: the key of a return, the id of a task or of a rectification.';
comment on column gaoxin.extensions.due is 'The day that stood when it was asked for.';
comment on column gaoxin.extensions.seq is 'The number of the event that made the row.';
create index on gaoxin.extensions (campaign, kind, ref);
create index on gaoxin.extensions (seq);
call gaoxin.make_append_only('gaoxin.extensions');

create table gaoxin.extension_rulings (
    campaign         text        not null,
    number           integer     not null,
    outcome          text        not null check (outcome in ('granted', 'refused')),
    day              date        check ((outcome = 'granted') = (day is not null)),
    reason           text        not null check (length(trim(reason)) > 0),
    by_unit          text        not null,
    business_day     date        not null,
    entered_because  text,
    seq              bigint      not null default gaoxin.noting(),
    recorded_at      timestamptz not null,
    primary key (campaign, number),
    foreign key (campaign, number) references gaoxin.extensions
);
comment on table gaoxin.extension_rulings is '延期审批。What was decided on a request, once. A day that is granted counts from then on: nothing that came before is timely by it.';
comment on column gaoxin.extension_rulings.seq is 'The number of the event that made the row.';
create index on gaoxin.extension_rulings (seq);
call gaoxin.make_append_only('gaoxin.extension_rulings');
