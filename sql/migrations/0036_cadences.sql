-- Cadences that act: what became of each time that something is to be done (docs/decisions/111). A version
-- of a plan also says by which calendar its deadlines were worked out (docs/decisions/110).

alter table gaoxin.plan_versions add column calendar_mark text;
comment on column gaoxin.plan_versions.calendar_mark is 'What tells the working days by which its deadlines were worked out; null before these were noted.';

create table gaoxin.cadence_moves (
    move_id      bigint      generated always as identity primary key,
    campaign     text        not null,
    ref          text        not null,
    move         text        not null check (move in ('done', 'skipped', 'reopened')),
    unit         text        not null,
    due          date        not null,
    done_on      date        check ((move = 'done') = (done_on is not null)),
    reason       text        check (length(trim(reason)) > 0),
    sha256       char(64)    references gaoxin.landed_files,
    by_unit      text        not null,
    seq          bigint      not null default gaoxin.noting(),
    recorded_at  timestamptz not null,
    check (move = 'done' or (reason is not null and sha256 is null)),
    check (done_on <= (recorded_at at time zone 'Asia/Shanghai')::date)
);
comment on table gaoxin.cadence_moves is '调度办理。What became of a duty of a cadence: done on a day, skipped by the office with a reason, or opened again.';
comment on column gaoxin.cadence_moves.ref is 'The duty: cadence:stretch, and the unit where several owe it.';
comment on column gaoxin.cadence_moves.unit is 'Who owed it.';
comment on column gaoxin.cadence_moves.due is 'The day that stood when it was recorded.';
comment on column gaoxin.cadence_moves.seq is 'The number of the event that made the row.';
create index on gaoxin.cadence_moves (campaign, ref);
create index on gaoxin.cadence_moves (seq);
create index on gaoxin.cadence_moves (sha256);
call gaoxin.make_append_only('gaoxin.cadence_moves');
