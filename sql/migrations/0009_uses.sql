-- What used which figures: decisions say up to where they knew, and corrections find whom they touch.

create index on gaoxin.ledger_events (at, seq);

alter table gaoxin.gate_decisions add column known_seq bigint;
comment on column gaoxin.gate_decisions.known_seq is
    'The number of the ledger up to which was known what it rests on; null: it was not recorded then.';

-- The number of the event that made a row, where it must be told exactly what was known when something was decided: times may
-- be equal. The event of a row that was recorded before is found by what it says.
alter table gaoxin.loads add column seq bigint;
alter table gaoxin.loads disable trigger append_only;
update gaoxin.loads l set seq = e.seq
  from gaoxin.ledger_events e where e.kind = 'return.loaded' and e.payload ->> 'return_id' = l.return_id;
alter table gaoxin.loads enable trigger append_only;

alter table gaoxin.gate_decisions add column seq bigint;
alter table gaoxin.gate_decisions disable trigger append_only;
update gaoxin.gate_decisions d set seq = e.seq
  from gaoxin.ledger_events e where e.kind = 'gate.decided' and e.payload ->> 'digest' = d.digest;
alter table gaoxin.gate_decisions enable trigger append_only;

create table gaoxin.usages (
    usage_id      bigint      generated always as identity primary key,
    campaign     text        not null,
    kind         text        not null check (kind in ('indicator', 'verdict', 'gate', 'approval', 'report')),
    id           text        not null,
    period       text,
    value        text        not null,
    known_seq    bigint      not null,
    seq          bigint      not null,
    recorded_at  timestamptz not null
);
comment on table gaoxin.usages is '用数记录。What used figures and was recorded: an indicator''s value, a verdict, a decision, an approval, a report.';
comment on column gaoxin.usages.id is 'Its id among those of its kind: indicator, indicator@due, phase, phase/unit, file.';
comment on column gaoxin.usages.value is 'What it said: a value with its unit, met, pass, approve, the sha256 of a file.';
comment on column gaoxin.usages.known_seq is 'It knew the ledger up to this number: what was loaded by then and not replaced by then is what it used.';
comment on column gaoxin.usages.seq is 'The number of the event that recorded it.';
create index on gaoxin.usages (campaign, known_seq);
create index on gaoxin.usages (campaign, kind, id, seq);
call gaoxin.make_append_only('gaoxin.usages');

create table gaoxin.usage_slices (
    usage_id   bigint  not null references gaoxin.usages,
    form      text    not null,
    variable  text,
    periods   text[],
    units     text[]
);
comment on table gaoxin.usage_slices is '所用数据。A slice of what was known that a usage rests on. variable null: the whole return; units null: all; periods null: it was not recorded which.';
create index on gaoxin.usage_slices (usage_id);
create index on gaoxin.usage_slices (form, variable);
call gaoxin.make_append_only('gaoxin.usage_slices');

-- What was decided before uses were recorded may rest on every form of its campaign: which, cannot be known afterwards.
with made as (
    insert into gaoxin.usages (campaign, kind, id, value, known_seq, seq, recorded_at)
    select d.campaign, 'gate', d.phase, d.verdict, d.seq - 1, d.seq, d.recorded_at
      from gaoxin.gate_decisions d where d.mode = 'decision' and d.seq is not null
    returning usage_id, campaign
)
insert into gaoxin.usage_slices (usage_id, form)
select distinct m.usage_id, r.form from made m join gaoxin.returns r using (campaign);

-- What an indicator's value was made of stands beside it.
insert into gaoxin.usages (campaign, kind, id, period, value, known_seq, seq, recorded_at)
select v.campaign, 'indicator', v.indicator, v.period, trim_scale(v.value) || ' ' || v.unit, e.seq - 1, e.seq, v.recorded_at
  from gaoxin.indicator_values v
  join gaoxin.ledger_events e on e.campaign = v.campaign and e.kind = 'indicators.computed'
                             and e.payload -> 'indicators' -> v.indicator ->> 'digest' = v.digest
 where v.value is not null;
create function pg_temp.period_text(given jsonb) returns text language sql as $$
    select given ->> 'year' || case given ->> 'periodicity' when 'month' then '-' || lpad(given ->> 'number', 2, '0')
                                                            when 'quarter' then '-Q' || (given ->> 'number')
                                                            when 'half' then '-H' || (given ->> 'number') else '' end
$$;
with inputs as (
    select u.usage_id, i.given
      from gaoxin.usages u
      join gaoxin.ledger_events e on e.seq = u.seq
      join gaoxin.indicator_values v on (v.campaign, v.indicator) = (u.campaign, u.id)
                                    and e.payload -> 'indicators' -> v.indicator ->> 'digest' = v.digest
     cross join lateral jsonb_array_elements(v.measures) m (measure)
     cross join lateral jsonb_array_elements(m.measure -> 'inputs') i (given)
     where u.kind = 'indicator'
)
insert into gaoxin.usage_slices (usage_id, form, variable, periods, units)
select usage_id, f.fact ->> 'form', f.fact ->> 'variable',
       array_agg(distinct pg_temp.period_text(f.fact -> 'period')), array_agg(distinct f.fact ->> 'unit')
  from inputs cross join lateral jsonb_array_elements(given -> 'facts') f (fact)
 group by usage_id, f.fact ->> 'form', f.fact ->> 'variable'
 union all
select usage_id, e.entry ->> 'form', given ->> 'variable', array_agg(distinct pg_temp.period_text(e.entry -> 'period')), null
  from inputs cross join lateral jsonb_array_elements(given -> 'entries') e (entry)
 group by usage_id, e.entry ->> 'form', given ->> 'variable';

create table gaoxin.corrections (
    return_id    text        primary key references gaoxin.loads,
    campaign     text        not null,
    replaces     text        not null references gaoxin.loads (return_id),
    late         boolean     not null,
    reason       text,
    variables    text[]      not null,
    seq          bigint      not null,
    recorded_at  timestamptz not null
);
comment on table gaoxin.corrections is '更正。A later version of a return whose figures were in force: it waits until a role decided what comes of it.';
comment on column gaoxin.corrections.variables is 'Whose figures differ from those that it replaces.';
create index on gaoxin.corrections (campaign, seq);
call gaoxin.make_append_only('gaoxin.corrections');

create table gaoxin.correction_outcomes (
    return_id    text        not null references gaoxin.corrections,
    usage_id      bigint      not null references gaoxin.usages,
    outcome      text        not null check (outcome in ('reopen', 'erratum', 'unaffected')),
    by_unit      text        not null,
    reason       text        not null check (length(trim(reason)) > 0),
    new_value    text,
    seq          bigint      not null,
    recorded_at  timestamptz not null,
    primary key (return_id, usage_id)
);
comment on table gaoxin.correction_outcomes is '更正处理。What a role decided for one user of figures that were corrected.';
comment on column gaoxin.correction_outcomes.new_value is 'What it said by the corrected figures when that was decided; null: that is not computed.';
comment on column gaoxin.correction_outcomes.new_value is 'What it said by the corrected figures when that was decided; null where that is not computed.';
call gaoxin.make_append_only('gaoxin.correction_outcomes');

drop view gaoxin.gates_passed;

alter table gaoxin.deadline_steps drop constraint deadline_steps_kind_check;
alter table gaoxin.deadline_steps add check (kind in ('return', 'gate', 'task', 'indicator', 'correction'));
