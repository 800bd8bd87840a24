-- Three roles: who owns the schema migrates, who writes adds, who audits reads. What the program changes beside adding rows, it
-- changes through functions of the owner with checks of their own; sql/rights.sql gives the rights, after each migration.

create table gaoxin.ledger_turn (nobody boolean not null check (false));
comment on table gaoxin.ledger_turn is
    '轮次。Always empty: whoever records waits for this table''s lock, which lets a snapshot begin after the wait.';

-- The head follows what was appended, and nothing else moves it: an event that is not the next one is refused.
create function gaoxin.follow_head() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    head    gaoxin.ledger_head;
    stands  gaoxin.installation;
    last_at timestamptz;
    latest  timestamptz;
    event   record;
begin
    lock table gaoxin.ledger_turn in exclusive mode;  -- held already by whoever recorded by the program
    select * into head from gaoxin.ledger_head;
    select * into stands from gaoxin.installation;
    select e.at into last_at from gaoxin.ledger_events e where e.seq = head.seq;
    latest := greatest(case when stands.drill then stands.played else clock_timestamp() end, last_at);
    for event in select a.seq, a.at, a.prev_hash, a.hash from added a order by a.seq loop
        if event.seq <> head.seq + 1 or event.prev_hash <> head.hash then
            raise exception '台账第 % 条接不上第 % 条 / event % does not follow event %', event.seq, head.seq, event.seq, head.seq
                using errcode = 'restrict_violation';
        end if;
        if event.at < last_at or event.at > latest then
            raise exception '台账第 % 条的时间 % 不是记录之时 / event %''s time % is not when it is recorded',
                event.seq, event.at, event.seq, event.at
                using errcode = 'serialization_failure';  -- a clock set back meanwhile: it is tried again
        end if;
        head.seq := event.seq;
        head.hash := event.hash;
        last_at := event.at;
    end loop;
    update gaoxin.ledger_head h set seq = head.seq, hash = head.hash where h.seq < head.seq;
    return null;
end $$;
comment on function gaoxin.follow_head() is 'Trigger: the head stands at the last event that follows it.';
create trigger follow_head after insert on gaoxin.ledger_events referencing new table as added
    for each statement execute function gaoxin.follow_head();

create or replace function gaoxin.recording_time(asked timestamptz) returns timestamptz
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    last_at  timestamptz;
    stands   gaoxin.installation;
    moment   timestamptz;
begin
    lock table gaoxin.ledger_turn in exclusive mode;
    select e.at into last_at from gaoxin.ledger_events e order by e.seq desc limit 1;
    select * into stands from gaoxin.installation;
    if not stands.drill then
        return greatest(clock_timestamp(), last_at);
    end if;
    moment := greatest(asked, stands.played, last_at);
    update gaoxin.installation set played = moment where played is distinct from moment;
    return moment;
end $$;

-- Waits until what others are recording is there. Holds nothing afterwards: a reader must not keep a writer waiting.
create function gaoxin.settled() returns void language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    lock table gaoxin.ledger_turn in share mode;
    raise exception using errcode = 'GX000';  -- gives the lock back
exception when sqlstate 'GX000' then
    return;
end $$;

create function gaoxin.begin_drill(begins timestamptz) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    stands  gaoxin.installation;
begin
    lock table gaoxin.ledger_turn in exclusive mode;
    select * into stands from gaoxin.installation;
    if not stands.drill and exists (select 1 from gaoxin.ledger_head h where h.seq > 0) then
        raise exception '此处已有真实记录，不能在其上演练 / real records are here: a drill must not be played on them'
            using errcode = 'restrict_violation';
    end if;
    if begins is not null and stands.played is not null then
        raise exception '演练时钟已在走 / the drill''s clock is running already' using errcode = 'restrict_violation';
    end if;
    update gaoxin.installation set drill = true, played = coalesce(begins, played);
end $$;

-- Tells the planner of rows that one act added by the thousand.
create function gaoxin.count_steps() returns void language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    analyze gaoxin.deadline_steps;
end $$;
