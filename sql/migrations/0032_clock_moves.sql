-- A unit's clock is stopped and goes on (docs/decisions/115).

create table gaoxin.clock_moves (
    campaign         text        not null,
    number           integer     not null check (number > 0),
    move             text        not null check (move in ('stopped', 'resumed')),
    kind             text        not null check (kind in ('return', 'task', 'rectification')),
    ref              text        not null,
    unit             text        not null,
    day              date        not null,
    reason           text        not null check (length(trim(reason)) > 0),
    by_unit          text        not null,
    business_day     date        not null,
    entered_because  text,
    seq              bigint      not null default gaoxin.noting(),
    recorded_at      timestamptz not null,
    primary key (campaign, number)
);
comment on table gaoxin.clock_moves is '计时停续。The office stopped the clock of a unit for something that it owes, or let it go on.';
comment on column gaoxin.clock_moves.ref is 'What is owed: the key of a return, the id of a task or of a rectification.';
comment on column gaoxin.clock_moves.day is 'From which day it stands still; of one that goes on, the last day on which it stood still.';
comment on column gaoxin.clock_moves.seq is 'The number of the event that made the row.';
create index on gaoxin.clock_moves (seq);
call gaoxin.make_append_only('gaoxin.clock_moves');
