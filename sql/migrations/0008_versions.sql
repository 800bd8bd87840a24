-- Under which version of the plan something was judged, whom a new version was told to, and what was entered afterwards (补录).

-- What is there was judged under the version that was in force when it was recorded; null where none was registered by then.
alter table gaoxin.gate_decisions add column plan_version integer, add column plan_hash char(64),
                                  add column changed_within_window jsonb;
alter table gaoxin.gate_decisions disable trigger append_only;
update gaoxin.gate_decisions d set (plan_version, plan_hash) =
       (select v.version, v.plan_hash from gaoxin.plan_versions v
         where v.campaign = d.campaign and v.registered_at <= d.recorded_at order by v.version desc limit 1);
alter table gaoxin.gate_decisions enable trigger append_only;
comment on column gaoxin.gate_decisions.plan_version is 'The version of the plan under which it was judged; null where that is not known any more.';
comment on column gaoxin.gate_decisions.changed_within_window is 'What later versions of the plan changed of this gate within its decision window; null where nobody looked.';

alter table gaoxin.indicator_values add column plan_version integer, add column plan_hash char(64);
alter table gaoxin.indicator_values disable trigger append_only;
update gaoxin.indicator_values i set (plan_version, plan_hash) =
       (select v.version, v.plan_hash from gaoxin.plan_versions v
         where v.campaign = i.campaign and v.registered_at <= i.recorded_at order by v.version desc limit 1);
alter table gaoxin.indicator_values enable trigger append_only;
comment on column gaoxin.indicator_values.plan_version is 'The version of the plan under which it was computed; null where that is not known any more.';

alter table gaoxin.check_runs add column plan_version integer, add column plan_hash char(64);
alter table gaoxin.check_runs disable trigger append_only;
update gaoxin.check_runs k set (plan_version, plan_hash) =
       (select v.version, v.plan_hash from gaoxin.plan_versions v join gaoxin.returns r on r.campaign = v.campaign
         where r.return_id = k.return_id and v.registered_at <= k.checked_at order by v.version desc limit 1);
alter table gaoxin.check_runs enable trigger append_only;
comment on column gaoxin.check_runs.plan_version is 'The version of the plan under which it was checked; null where that is not known any more.';

alter table gaoxin.plan_versions add column told jsonb;
alter table gaoxin.plan_versions disable trigger append_only;
update gaoxin.plan_versions set registered_by = 'supervision flow' where registered_by = 'supervision';  -- units register, too
alter table gaoxin.plan_versions enable trigger append_only;
comment on column gaoxin.plan_versions.told is 'Which units'' duties it changed, and how: each is told once. Null where nobody was to be told by the system.';
alter table gaoxin.outbox drop constraint outbox_level_check;
alter table gaoxin.outbox add constraint outbox_level_check check (level in ('upcoming', 'due', 'overdue', 'escalated', 'notice'));

-- What people do speaks of a business day. One before the day of its recording has a reason; without a reason it is that day.
create procedure gaoxin.give_business_day(given regclass, recorded name) language plpgsql as $$
begin
    execute format('alter table %s add column business_day date, add column entered_because text', given);
    execute format('alter table %s disable trigger append_only', given);
    execute format('update %s set business_day = (%I at time zone ''Asia/Shanghai'')::date', given, recorded);
    execute format('alter table %s enable trigger append_only', given);
    execute format('alter table %s alter column business_day set not null, add constraint entered_afterwards check (
                        case when entered_because is null then business_day = (%2$I at time zone ''Asia/Shanghai'')::date
                        else length(trim(entered_because)) > 0
                             and business_day < (%2$I at time zone ''Asia/Shanghai'')::date end)',
                   given, recorded);
    execute format('comment on column %s.business_day is ''业务日期。The day it speaks of; it dates nothing.''', given);
    execute format('comment on column %s.entered_because is ''补录理由。Why it was entered afterwards; null where it was not.''', given);
end $$;
call gaoxin.give_business_day('gaoxin.returns', 'received_at');
call gaoxin.give_business_day('gaoxin.explanations', 'recorded_at');
call gaoxin.give_business_day('gaoxin.evidence', 'recorded_at');
call gaoxin.give_business_day('gaoxin.approvals', 'recorded_at');
call gaoxin.give_business_day('gaoxin.waivers', 'recorded_at');
call gaoxin.give_business_day('gaoxin.rectification_closings', 'closed_at');
drop procedure gaoxin.give_business_day;
