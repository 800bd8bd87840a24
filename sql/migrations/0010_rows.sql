-- The ledger answers for every row: each names its event, and each event has the digest of its rows.

alter table gaoxin.ledger_events add column rows json;
comment on column gaoxin.ledger_events.rows is
    'Of each table: how many rows this event made, and the sha256 of their canonical lines, in order, joined by line feeds. Hashed with the event; null: from before rows were answered for.';

-- The number of the event that a transaction is about to note: what it adds meanwhile is of that event.
create function gaoxin.noting() returns bigint language sql volatile as $$
    select nullif(current_setting('gaoxin.noting', true), '')::bigint
$$;

create procedure gaoxin.answer_for(given regclass) language plpgsql as $$
begin
    execute format('alter table %s add column if not exists seq bigint', given);
    execute format('alter table %s disable trigger append_only', given);
    execute format('update %s set seq = 0 where seq is null', given);
    execute format('alter table %s enable trigger append_only', given);
    execute format('alter table %s alter column seq set default gaoxin.noting(), alter column seq set not null', given);
    execute format('create index on %s (seq)', given);
    execute format('comment on column %s.seq is ''The number of the event that made the row; 0: from before rows were answered for.''',
                   given);
end $$;

call gaoxin.answer_for('gaoxin.plan_versions');
call gaoxin.answer_for('gaoxin.deadlines');
call gaoxin.answer_for('gaoxin.deadline_steps');
call gaoxin.answer_for('gaoxin.landed_files');
call gaoxin.answer_for('gaoxin.returns');
call gaoxin.answer_for('gaoxin.check_runs');
call gaoxin.answer_for('gaoxin.check_results');
call gaoxin.answer_for('gaoxin.findings');
call gaoxin.answer_for('gaoxin.explanations');
call gaoxin.answer_for('gaoxin.loads');
call gaoxin.answer_for('gaoxin.facts');
call gaoxin.answer_for('gaoxin.register_entries');
call gaoxin.answer_for('gaoxin.indicator_values');
call gaoxin.answer_for('gaoxin.target_verdicts');
call gaoxin.answer_for('gaoxin.gate_decisions');
call gaoxin.answer_for('gaoxin.evidence');
call gaoxin.answer_for('gaoxin.approvals');
call gaoxin.answer_for('gaoxin.waivers');
call gaoxin.answer_for('gaoxin.rectifications');
call gaoxin.answer_for('gaoxin.rectification_closings');
call gaoxin.answer_for('gaoxin.outbox');
call gaoxin.answer_for('gaoxin.outbox_marks');
call gaoxin.answer_for('gaoxin.usages');
call gaoxin.answer_for('gaoxin.usage_slices');
call gaoxin.answer_for('gaoxin.corrections');
call gaoxin.answer_for('gaoxin.correction_outcomes');
drop procedure gaoxin.answer_for;
