-- Indicator values, gate decisions and what they rest on, rectifications, the outbox.

create table gaoxin.indicator_values (
    value_id      bigint      generated always as identity primary key,
    campaign      text        not null,
    indicator     text        not null,
    as_of         timestamptz not null,
    digest        char(64)    not null,
    value         numeric,
    unit          text        not null,
    period        text,
    target        jsonb       not null,
    due           date,
    truth         text        not null check (truth in ('met', 'not_met', 'unknown')),
    status        text        not null check (status in ('met', 'on_track', 'at_risk', 'off_track', 'unknown')),
    gap           numeric,
    completion    numeric,
    forecast      numeric,
    forecast_low  numeric,
    forecast_high numeric,
    reason        jsonb,
    measures      jsonb       not null,
    recorded_at   timestamptz not null,
    unique (campaign, indicator, as_of, digest)
);
comment on table gaoxin.indicator_values is '指标值。What an indicator was computed to be, as of a time, with its inputs down to the cells.';
comment on column gaoxin.indicator_values.target is 'The target as code and context: words come last. So is reason.';
comment on column gaoxin.indicator_values.digest is 'sha256 of the whole result: the same result is stored once.';
call gaoxin.make_append_only('gaoxin.indicator_values');

create table gaoxin.gate_decisions (
    decision_id    bigint      generated always as identity primary key,
    campaign       text        not null,
    phase          text        not null,
    verdict        text        not null check (verdict in ('pass', 'hold', 'waived')),
    mode           text        not null check (mode in ('rehearsal', 'decision')),
    decided_as_of  timestamptz not null,
    deadline       date        not null,
    days_late      integer     not null check (days_late >= 0),
    seal           text        not null,
    criteria       jsonb       not null,
    digest         char(64)    not null,
    unique (campaign, phase, decided_as_of, digest)
);
comment on table gaoxin.gate_decisions is '关口决定。Every evaluation that was kept, rehearsals too, with each criterion''s detail and evidence.';
comment on column gaoxin.gate_decisions.digest is 'sha256 of the whole decision: the same decision is stored once.';
call gaoxin.make_append_only('gaoxin.gate_decisions');

create view gaoxin.gates_passed as
select campaign, phase, min(decided_as_of) as passed_at
  from gaoxin.gate_decisions
 where mode = 'decision' and verdict in ('pass', 'waived')
 group by campaign, phase;
comment on view gaoxin.gates_passed is 'When each gate first let its phase end; a phase that was released stays released.';

create table gaoxin.evidence (
    campaign     text        not null,
    task         text        not null,
    deliverable  text        not null,
    sha256       char(64)    not null references gaoxin.landed_files,
    recorded_at  timestamptz not null,
    recorded_by  text        not null,
    primary key (campaign, task, deliverable, sha256)
);
comment on table gaoxin.evidence is '工作成果。A task''s deliverable as a landed file, and which unit handed it in.';
call gaoxin.make_append_only('gaoxin.evidence');

create table gaoxin.approvals (
    approval_id  bigint      generated always as identity primary key,
    campaign     text        not null,
    phase        text        not null,
    by_unit      text        not null,
    decision     text        not null check (decision in ('approve', 'reject')),
    seal         text        not null,
    reason       text,
    recorded_at  timestamptz not null,
    unique (campaign, phase, by_unit, decision, seal, recorded_at)
);
comment on table gaoxin.approvals is '审批。A unit''s decision, sealed to the hash of what it was given for.';
call gaoxin.make_append_only('gaoxin.approvals');

create table gaoxin.waivers (
    waiver_id    bigint      generated always as identity primary key,
    campaign     text        not null,
    phase        text        not null,
    criterion    text        not null,
    by_unit      text        not null,
    reason       text        not null check (length(trim(reason)) > 0),
    expires      date        not null,
    recorded_at  timestamptz not null,
    unique (campaign, phase, criterion, by_unit, expires, recorded_at)
);
comment on table gaoxin.waivers is '豁免。A named role lets one criterion pass, until a day, for a reason.';
call gaoxin.make_append_only('gaoxin.waivers');

create table gaoxin.rectifications (
    id          text        not null,
    opening     integer     not null check (opening > 0),
    campaign    text        not null,
    phase       text        not null,
    criterion   text        not null,
    ref         text        not null,
    owner       text        not null,
    subject     jsonb       not null,
    opened_at   timestamptz not null,
    due         date        not null,
    primary key (id, opening)
);
comment on table gaoxin.rectifications is '整改。A shortfall with an owner and a date; opened again (opening 2, 3 …) when it comes back after it was closed.';
create index on gaoxin.rectifications (campaign);
call gaoxin.make_append_only('gaoxin.rectifications');

create table gaoxin.rectification_closings (
    id         text        not null,
    opening    integer     not null,
    closed_at  timestamptz not null,
    because    jsonb       not null,
    primary key (id, opening),
    foreign key (id, opening) references gaoxin.rectifications (id, opening)
);
comment on table gaoxin.rectification_closings is '销号。When and why a rectification was closed.';
call gaoxin.make_append_only('gaoxin.rectification_closings');

create table gaoxin.outbox (
    key         text        not null,
    channel     text        not null,
    campaign    text        not null,
    audience    text        not null,
    level       text        not null check (level in ('upcoming', 'due', 'overdue', 'escalated')),
    subject     jsonb       not null,
    body        jsonb       not null,
    due         date        not null,
    refs        jsonb       not null,
    planned_at  timestamptz not null,
    primary key (key, channel)
);
comment on table gaoxin.outbox is '提醒发件箱。Planned before it is sent, so that a crash between the two never sends twice unseen.';
create index on gaoxin.outbox (campaign);
call gaoxin.make_append_only('gaoxin.outbox');

create table gaoxin.outbox_marks (
    mark_id    bigint      generated always as identity primary key,
    key        text        not null,
    channel    text        not null,
    state      text        not null check (state in ('planned', 'sent', 'failed', 'held')),
    marked_at  timestamptz not null,
    detail     jsonb,
    foreign key (key, channel) references gaoxin.outbox (key, channel)
);
comment on table gaoxin.outbox_marks is 'What became of a reminder; the last mark counts, but once sent it stays sent.';
create index on gaoxin.outbox_marks (key, channel, mark_id);
call gaoxin.make_append_only('gaoxin.outbox_marks');
