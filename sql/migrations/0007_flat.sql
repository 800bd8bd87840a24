-- What keeps questions flat while returns grow: a check and a load say themselves which return of whom they are of, so that how
-- hundreds of thousands stand is read from one index, in order, without looking at the returns.

create function gaoxin.placed() returns trigger language plpgsql as $$
begin
    select r.campaign, r.form, r.unit, r.period, r.version, r.received_at
      into new.campaign, new.form, new.unit, new.period, new.version, new.received_at
      from gaoxin.returns r where r.return_id = new.return_id;
    return new;
end $$;
comment on function gaoxin.placed() is 'Trigger: whose return it is, taken from the return, so that the two cannot differ.';

create procedure gaoxin.place(placed regclass) language plpgsql as $$
begin
    execute format('alter table %s add column campaign text collate "C", add column form text collate "C",
                    add column unit text collate "C", add column period text collate "C", add column version integer,
                    add column received_at timestamptz', placed);
    execute format('alter table %s disable trigger append_only', placed);
    execute format('update %s t set campaign = r.campaign, form = r.form, unit = r.unit, period = r.period, version = r.version,
                    received_at = r.received_at from gaoxin.returns r where r.return_id = t.return_id', placed);
    execute format('alter table %s enable trigger append_only', placed);
    execute format('alter table %s alter campaign set not null, alter form set not null, alter unit set not null,
                    alter period set not null, alter version set not null, alter received_at set not null', placed);
    execute format('create trigger placed before insert on %s for each row execute function gaoxin.placed()', placed);
end $$;
call gaoxin.place('gaoxin.check_runs');
call gaoxin.place('gaoxin.loads');
drop procedure gaoxin.place;

-- Covering and collated as the questions ask: what is counted and digested comes in this order, on every server.
create index check_runs_standing on gaoxin.check_runs (campaign, form, period, unit, version desc, run desc)
    include (return_id, verdict, errors, warnings, checked_at, received_at, check_id);
create index loads_in_force on gaoxin.loads (campaign, form, unit, period, version desc) include (return_id, recorded_at);
create index on gaoxin.returns (campaign, form, period);
create index on gaoxin.ledger_events (campaign, (payload ->> 'period'), seq) where kind = 'statistics.run';
create index on gaoxin.outbox_marks (marked_at) where state = 'sent';

-- A campaign's accepted return of each unit, form and period, as of a time: the version that counts, and when the first of those that
-- are accepted came. Read from check_runs_standing alone, in its order.
create function gaoxin.accepted(asked text, known timestamptz) returns table (
    form text, period text, unit text, return_id text, check_id bigint, errors integer, warnings integer, first_came timestamptz
) language sql stable as $$
    select distinct on (k.form, k.period, k.unit)
           k.form, k.period, k.unit, k.return_id, k.check_id, k.errors, k.warnings,
           last_value(k.received_at) over (partition by k.form, k.period, k.unit order by k.version desc
                                           rows between current row and unbounded following)
      from (select distinct on (c.form, c.period, c.unit, c.version) c.*
              from gaoxin.check_runs c
             where c.campaign = asked and c.checked_at <= known
             order by c.form, c.period, c.unit, c.version desc, c.run desc) k
     where k.verdict <> 'rejected'
     order by k.form, k.period, k.unit, k.version desc
$$;

analyze gaoxin.check_runs;
analyze gaoxin.loads;

-- They only grow: without this an index is not read alone until a fifth has been added.
alter table gaoxin.returns set (autovacuum_vacuum_insert_scale_factor = 0.02);
alter table gaoxin.check_runs set (autovacuum_vacuum_insert_scale_factor = 0.02);
alter table gaoxin.loads set (autovacuum_vacuum_insert_scale_factor = 0.02);
alter table gaoxin.facts set (autovacuum_vacuum_insert_scale_factor = 0.02);
