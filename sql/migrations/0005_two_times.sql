-- Two times, and neither is the caller's to choose: when something is recorded says the database.

create table gaoxin.installation (
    only_row  boolean      primary key default true check (only_row),
    drill     boolean      not null default false,
    played    timestamptz
);
comment on table gaoxin.installation is '安装。Whether it is a drill (演练), for good once begun, and how far its played clock has come.';
insert into gaoxin.installation default values;

create function gaoxin.a_drill_is_for_good() returns trigger language plpgsql as $$
begin
    if tg_op <> 'UPDATE' or (old.drill and not new.drill) or (new.played < old.played) then
        raise exception '演练一经开始不能取消，演练时钟不能倒拨 / a drill is for good, and its clock never runs backwards'
            using errcode = 'restrict_violation';
    end if;
    return new;
end $$;
create trigger for_good before update or delete on gaoxin.installation
    for each row execute function gaoxin.a_drill_is_for_good();
create trigger no_truncate before truncate on gaoxin.installation
    for each statement execute function gaoxin.refuse_change();

-- When what a transaction writes is recorded: the server's clock, never before the last event. In a drill the played clock, which
-- `asked` moves forward. Whoever records queues for the ledger's head until its transaction ends, so that the order of
-- numbers, of times and of what can be seen is one.
create function gaoxin.recording_time(asked timestamptz) returns timestamptz language plpgsql as $$
declare
    last_at  timestamptz;
    stands   gaoxin.installation;
    moment   timestamptz;
begin
    perform 1 from gaoxin.ledger_head for update;
    select at into last_at from gaoxin.ledger_events order by seq desc limit 1;
    select * into stands from gaoxin.installation;
    if not stands.drill then
        return greatest(clock_timestamp(), last_at);
    end if;
    moment := greatest(asked, stands.played, last_at);
    update gaoxin.installation set played = moment where played is distinct from moment;
    return moment;
end $$;

alter table gaoxin.gate_decisions add column recorded_at timestamptz;
alter table gaoxin.gate_decisions disable trigger append_only;
update gaoxin.gate_decisions set recorded_at = decided_as_of;
alter table gaoxin.gate_decisions enable trigger append_only;
alter table gaoxin.gate_decisions alter column recorded_at set not null;
comment on column gaoxin.gate_decisions.decided_as_of is 'The time that was judged; recorded_at: when it was recorded.';

create or replace view gaoxin.gates_passed as
select campaign, phase, min(recorded_at) as passed_at
  from gaoxin.gate_decisions
 where mode = 'decision' and verdict in ('pass', 'waived')
 group by campaign, phase;

alter table gaoxin.plan_versions add column registered_by text, add column reason text, add column changes jsonb;
comment on column gaoxin.plan_versions.registered_by is 'Who put it into force; null where that is not known any more.';
comment on column gaoxin.plan_versions.changes is 'What it changed against the version before, in words.';

comment on column gaoxin.ledger_events.at is 'Recorded: the server''s clock, in a drill the played one; never before the event before. Hashed.';
comment on column gaoxin.ledger_events.stored_at is 'The server''s clock, not hashed: for looking into a drill.';
comment on column gaoxin.returns.received_at is 'Recorded: lateness is counted from it.';
comment on column gaoxin.facts.recorded_at is 'What was known at t is what was recorded by t.';
