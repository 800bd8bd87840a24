-- The ledger of tasks (台账): what leads tell of them, and what others decide about them (docs/decisions/103).

create table gaoxin.task_reports (
    report_id    bigint        generated always as identity primary key,
    campaign     text          not null,
    task         text          not null,
    milestone    text,
    reached      boolean,
    percent      numeric(5, 2) check (percent between 0 and 100),
    words        text          check (length(trim(words)) > 0),
    stood_on     date          not null,
    by_unit      text          not null,
    seq          bigint        not null default gaoxin.noting(),
    recorded_at  timestamptz   not null,
    check (stood_on <= (recorded_at at time zone 'Asia/Shanghai')::date),
    check (case when milestone is null then reached is null and (percent is not null or words is not null)
           else reached is not null and percent is null end)
);
comment on table gaoxin.task_reports is '任务进展。What a lead told of a task as it stood on a day: percent or words; or of a milestone, whether it was reached.';
comment on column gaoxin.task_reports.stood_on is 'The day on which it stood so. The newest counts, of one day what was recorded last.';
comment on column gaoxin.task_reports.seq is 'The number of the event that made the row.';
create index on gaoxin.task_reports (campaign, task);
create index on gaoxin.task_reports (seq);
call gaoxin.make_append_only('gaoxin.task_reports');

create table gaoxin.task_moves (
    move_id          bigint      generated always as identity primary key,
    campaign         text        not null,
    task             text        not null,
    move             text        not null check (move in ('closed', 'reopened', 'set_aside', 'resumed')),
    reason           text        not null check (length(trim(reason)) > 0),
    by_unit          text        not null,
    business_day     date        not null,
    entered_because  text,
    seq              bigint      not null default gaoxin.noting(),
    recorded_at      timestamptz not null,
    constraint entered_afterwards check (
        case when entered_because is null then business_day = (recorded_at at time zone 'Asia/Shanghai')::date
        else length(trim(entered_because)) > 0 and business_day < (recorded_at at time zone 'Asia/Shanghai')::date end)
);
comment on table gaoxin.task_moves is '销号、重开、暂缓、恢复。What others than who does a task decided about it, and why.';
comment on column gaoxin.task_moves.business_day is '业务日期。The day it speaks of; it dates nothing.';
comment on column gaoxin.task_moves.entered_because is '补录理由。Why it was entered afterwards; null where it was not.';
comment on column gaoxin.task_moves.seq is 'The number of the event that made the row.';
create index on gaoxin.task_moves (campaign, task);
create index on gaoxin.task_moves (seq);
call gaoxin.make_append_only('gaoxin.task_moves');
