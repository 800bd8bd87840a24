-- A target has its day: what each binding value came to on it, told once and kept for good.

create table gaoxin.target_verdicts (
    verdict_id   bigint      generated always as identity primary key,
    campaign     text        not null,
    indicator    text        not null,
    due          date        not null,
    verdict      text        not null check (verdict in ('met', 'missed', 'unknown')),
    target       jsonb       not null,
    value        numeric,
    unit         text        not null,
    period       text,
    reason       jsonb,
    measures     jsonb       not null,
    plan_version integer,
    plan_hash    char(64),
    known_seq    bigint      not null,
    recorded_at  timestamptz not null
);
comment on table gaoxin.target_verdicts is '到期结论。What a binding value came to on its due day; later figures and corrections change none.';
comment on column gaoxin.target_verdicts.verdict is 'unknown: not evaluated, since figures were missing when they were due. What came late told it once more, in a row of its own.';
comment on column gaoxin.target_verdicts.target is 'What was asked for, as code and context: words come last. So is reason.';
comment on column gaoxin.target_verdicts.measures is 'The values that it was judged by, with their inputs down to the cells.';
comment on column gaoxin.target_verdicts.known_seq is 'The number of the last event that was known.';
comment on column gaoxin.target_verdicts.plan_hash is 'The plan in force; plan_version: its version.';
create unique index on gaoxin.target_verdicts (campaign, indicator, due, (verdict = 'unknown'));
call gaoxin.make_append_only('gaoxin.target_verdicts');

alter table gaoxin.indicator_values drop constraint indicator_values_status_check;
alter table gaoxin.indicator_values add constraint indicator_values_status_check
    check (status in ('met', 'met_late', 'on_track', 'at_risk', 'off_track', 'since_lost', 'unknown'));
