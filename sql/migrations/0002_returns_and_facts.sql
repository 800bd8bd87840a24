-- Landed files, returns with their checks, and the bitemporal facts that accepted returns become.

create table gaoxin.landed_files (
    sha256     char(64)    primary key,
    size       bigint      not null check (size >= 0),
    name       text        not null,
    source     text        not null,
    landed_at  timestamptz not null,
    stored_at  timestamptz not null default clock_timestamp()
);
comment on table gaoxin.landed_files is '原始文件。Bytes as they came, kept under var/landing by their hash; name and source of the first arrival.';
call gaoxin.make_append_only('gaoxin.landed_files');

create table gaoxin.returns (
    return_id     text        primary key,
    campaign      text        not null,
    form          text        not null,
    unit          text        not null,
    period        text        not null,
    period_end    date        not null,
    version       integer     not null check (version > 0),
    sha256        char(64)    not null references gaoxin.landed_files,
    file          text        not null,
    template      integer,
    sample        boolean     not null,
    explanation   text,
    plan_hash     char(64)    not null,
    received_at   timestamptz not null,
    stored_at     timestamptz not null default clock_timestamp(),
    unique (campaign, form, unit, period, version),
    unique (campaign, form, unit, period, sha256)
);
comment on table gaoxin.returns is '报送。One unit''s filled form for one period, one version; the same bytes twice are one return.';
comment on column gaoxin.returns.received_at is 'As of: lateness is counted from it.';
comment on column gaoxin.returns.explanation is 'The unit''s words in the cover (修订说明).';
comment on column gaoxin.returns.plan_hash is 'The plan under which it was read.';
create index on gaoxin.returns (campaign, received_at);
call gaoxin.make_append_only('gaoxin.returns');

create table gaoxin.check_runs (
    check_id       bigint      generated always as identity primary key,
    return_id      text        not null references gaoxin.returns,
    run            integer     not null check (run > 0),
    verdict        text        not null check (verdict in ('accepted', 'accepted_with_warnings', 'rejected')),
    suite          text        not null,
    suite_version  text        not null,
    errors         integer     not null check (errors >= 0),
    warnings       integer     not null check (warnings >= 0),
    checked_at     timestamptz not null,
    unique (return_id, run)
);
comment on table gaoxin.check_runs is 'One run of a suite on a return; the last run''s verdict counts.';
call gaoxin.make_append_only('gaoxin.check_runs');

create table gaoxin.check_results (
    check_id   bigint  not null references gaoxin.check_runs,
    position   integer not null,
    rule       text    not null,
    level      integer not null check (level between 0 and 5),
    severity   text    not null check (severity in ('error', 'warning', 'info')),
    outcome    text    not null check (outcome in ('passed', 'failed', 'not_evaluated')),
    title      jsonb   not null,
    variable   text,
    failures   integer not null,
    reason     jsonb,
    primary key (check_id, position)
);
comment on table gaoxin.check_results is 'Each expectation''s outcome; not evaluated is a state of its own and never a pass.';
call gaoxin.make_append_only('gaoxin.check_results');

create table gaoxin.findings (
    check_id    bigint  not null references gaoxin.check_runs,
    position    integer not null,
    rule        text    not null,
    level       integer not null check (level between 0 and 5),
    severity    text    not null check (severity in ('error', 'warning', 'info')),
    sheet       text,
    cell        text,
    variable    text,
    value       text,
    message     jsonb   not null,
    primary key (check_id, position)
);
comment on table gaoxin.findings is '问题。One failed check, located to a cell.';
create index on gaoxin.findings (rule);
call gaoxin.make_append_only('gaoxin.findings');

create table gaoxin.explanations (
    explanation_id  bigint      generated always as identity primary key,
    return_id       text        not null references gaoxin.returns,
    rule            text        not null,
    text            text        not null check (length(trim(text)) > 0),
    by_unit         text        not null,
    recorded_at     timestamptz not null
);
comment on table gaoxin.explanations is '说明。Why a warning on a return is right all the same, and which unit says so.';
create index on gaoxin.explanations (return_id, rule);
call gaoxin.make_append_only('gaoxin.explanations');

create table gaoxin.loads (
    return_id    text        primary key references gaoxin.returns,
    recorded_at  timestamptz not null,
    row_count    integer     not null check (row_count >= 0),
    plan_hash    char(64)    not null
);
comment on table gaoxin.loads is 'Accepted returns whose slice of facts is in: a register handed in empty has row_count 0 and is known to be empty.';
call gaoxin.make_append_only('gaoxin.loads');

create table gaoxin.facts (
    fact_id          bigint      generated always as identity primary key,
    return_id        text        not null references gaoxin.loads,
    campaign         text        not null,
    form             text        not null,
    unit             text        not null,
    variable         text        not null,
    period           text        not null,
    period_end       date        not null,
    value            numeric     not null check (value not in ('NaN', 'Infinity', '-Infinity')),
    unit_of_measure  text        not null,
    version          integer     not null,
    recorded_at      timestamptz not null,
    file_sha256      char(64)    not null references gaoxin.landed_files,
    sheet            text        not null,
    cell             text        not null,
    unique (return_id, variable)
);
comment on table gaoxin.facts is '数据。One accepted value: the period it speaks of, the moment it was recorded, the cell it came from.';
comment on column gaoxin.facts.value is 'In unit_of_measure, which is the plan''s unit of the variable.';
comment on column gaoxin.facts.recorded_at is 'As of: what was known at t is what was recorded by t.';
create index on gaoxin.facts (campaign, variable, period_end);
call gaoxin.make_append_only('gaoxin.facts');

create table gaoxin.register_entries (
    entry_id     bigint      generated always as identity primary key,
    return_id    text        not null references gaoxin.loads,
    campaign     text        not null,
    form         text        not null,
    unit         text        not null,
    period       text        not null,
    period_end   date        not null,
    row_no       integer     not null,
    fields       jsonb       not null,
    cells        jsonb       not null,
    sheet        text        not null,
    version      integer     not null,
    recorded_at  timestamptz not null,
    file_sha256  char(64)    not null references gaoxin.landed_files,
    unique (return_id, row_no)
);
comment on table gaoxin.register_entries is '名录条目。One accepted record of a register: field to text in fields, field to address in cells.';
create index on gaoxin.register_entries (campaign, form, period_end);
call gaoxin.make_append_only('gaoxin.register_entries');
