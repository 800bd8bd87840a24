-- What a reopened task is closed on again, and milestones that are told after their limit (docs/decisions/103).

alter table gaoxin.task_moves add column confirmed text check (confirmed is null or (move = 'closed' and length(trim(confirmed)) > 0));
comment on column gaoxin.task_moves.confirmed is 'Of a closing after a reopening: why what was handed in before holds good.';
alter table gaoxin.task_reports add column late_because text check (late_because is null or (reached and length(trim(late_because)) > 0));
comment on column gaoxin.task_reports.late_because is '补录理由。Of a milestone told after its limit, as reached before: why it was told late.';
