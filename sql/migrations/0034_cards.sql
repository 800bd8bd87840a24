-- Warnings and cards that fell (docs/decisions/114).

create table gaoxin.cards (
    campaign     text        not null,
    card         text        not null,
    unit         text        not null,
    ref          text        not null,
    form         text        not null,
    points       numeric     check ((form = 'points') = (points is not null)),
    day          date        not null,
    why          jsonb       not null,
    seq          bigint      not null default gaoxin.noting(),
    recorded_at  timestamptz not null,
    primary key (campaign, card, unit, ref)
);
comment on table gaoxin.cards is '预警与亮牌。Each rule of the plan that fell for a unit, once for what it is about.';
comment on column gaoxin.cards.ref is 'What it is about: what is owed, an indicator at a period, or a year.';
comment on column gaoxin.cards.day is 'From which day what it needs was so.';
comment on column gaoxin.cards.seq is 'The number of the event that made the row.';
create index on gaoxin.cards (seq);
call gaoxin.make_append_only('gaoxin.cards');
