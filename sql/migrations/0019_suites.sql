-- By which rules a return was judged: the text of each version of a suite, kept when it is first used (docs/decisions/091).

create table gaoxin.suites (
    suite          text        not null,
    suite_version  text        not null,
    body           text        not null,
    sha256         char(64)    not null,
    seq            bigint      not null default gaoxin.noting(),
    recorded_at    timestamptz not null,
    primary key (suite, suite_version)
);
comment on table gaoxin.suites is '规则集。The text of a version of a suite, as gaoxin suites write has it; check_runs name it.';
comment on column gaoxin.suites.seq is 'The event of the check that it was first used for.';
create index on gaoxin.suites (seq);
call gaoxin.make_append_only('gaoxin.suites');
