-- Score sheets of pre-assessments (初评): what each assessor wrote, version by version (docs/decisions/106).

create table gaoxin.score_sheets (
    campaign          text        not null,
    assessment        text        not null,
    seat              text        not null,
    version           integer     not null check (version > 0),
    lines             jsonb       not null,
    by_unit           text        not null,
    reason            text        check (length(trim(reason)) > 0),
    sha256            char(64)    references gaoxin.landed_files,
    business_day      date        not null,
    entered_because   text,
    seq               bigint      not null default gaoxin.noting(),
    recorded_at       timestamptz not null,
    check ((version = 1) = (reason is null)),
    constraint entered_afterwards check (
        case when entered_because is null then business_day = (recorded_at at time zone 'Asia/Shanghai')::date
        else length(trim(entered_because)) > 0 and business_day < (recorded_at at time zone 'Asia/Shanghai')::date end),
    primary key (campaign, assessment, seat, version)
);
comment on table gaoxin.score_sheets is '评分表。What an assessor wrote; the newest version of each seat counts.';
comment on column gaoxin.score_sheets.seat is 'The number of an expert, who is never named, or a unit.';
comment on column gaoxin.score_sheets.lines is 'By item, or item and deduction: the value and the words, as {value, words}.';
comment on column gaoxin.score_sheets.reason is 'Why an earlier version was corrected.';
create index on gaoxin.score_sheets (seq);
create index on gaoxin.score_sheets (sha256);
call gaoxin.make_append_only('gaoxin.score_sheets');
