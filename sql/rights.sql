-- Who may do what, said anew after each migration; nothing where an installation has not the roles. The owner, who runs this, keeps
-- all rights; the writer adds to what only grows, and changes nothing but through the owner's functions; the auditor reads.
do $$
declare
    guarded regclass;
begin
    if (select count(*) from pg_catalog.pg_roles where rolname in ('gaoxin_writer', 'gaoxin_auditor')) < 2 then
        return;
    end if;
    if (select pg_catalog.pg_has_role(datdba, 'usage') from pg_catalog.pg_database where datname = current_database()) then
        execute format('revoke all on database %I from public, gaoxin_writer, gaoxin_auditor', current_database());
        execute format('grant connect on database %I to gaoxin_writer, gaoxin_auditor', current_database());
        -- Who forgets a session keeps nobody waiting; the program's own sessions ask for longer. Also in postgres/roles.py.
        execute format('alter database %I set idle_in_transaction_session_timeout = ''5min''', current_database());
    end if;
    revoke all on schema gaoxin from public, gaoxin_writer, gaoxin_auditor;
    revoke all on all tables in schema gaoxin from public, gaoxin_writer, gaoxin_auditor;
    revoke all on all sequences in schema gaoxin from public, gaoxin_writer, gaoxin_auditor;
    revoke all on all routines in schema gaoxin from public, gaoxin_writer, gaoxin_auditor;
    -- For all schemas: what is given to everybody by default cannot be taken away in one alone.
    alter default privileges revoke execute on routines from public;

    grant usage on schema gaoxin to gaoxin_writer, gaoxin_auditor;
    grant select on all tables in schema gaoxin to gaoxin_writer, gaoxin_auditor;
    grant select on all sequences in schema gaoxin to gaoxin_auditor;  -- pg_dump reads them
    grant execute on function gaoxin.accepted, gaoxin.explained, gaoxin.settled to gaoxin_writer, gaoxin_auditor;

    for guarded in select t.tgrelid from pg_catalog.pg_trigger t join pg_catalog.pg_class c on c.oid = t.tgrelid
                    where c.relnamespace = 'gaoxin'::regnamespace and t.tgname = 'append_only' loop
        execute format('grant insert on %s to gaoxin_writer', guarded);
    end loop;
    grant execute on function gaoxin.noting, gaoxin.recording_time, gaoxin.begin_drill, gaoxin.count_steps to gaoxin_writer;
    grant update on gaoxin.ledger_turn to gaoxin_writer;  -- no row can be in it: this is the right to lock it
end $$;
