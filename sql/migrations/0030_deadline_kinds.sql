-- Deadlines of every kind (docs/decisions/113): of plans what a version gives a day to, of acts what they open; of each, that it
-- passed is a step that is taken once.

alter table gaoxin.deadlines drop constraint deadlines_kind_check;
alter table gaoxin.deadlines add check (kind in ('return', 'gate', 'task', 'indicator', 'milestone', 'phase', 'cadence'));
alter table gaoxin.deadline_steps drop constraint deadline_steps_kind_check;
alter table gaoxin.deadline_steps add check (kind in (
    'return', 'gate', 'task', 'indicator', 'milestone', 'phase', 'cadence', 'rectification', 'consent', 'explanation', 'extension',
    'correction', 'question', 'mapping', 'closing'));
comment on column gaoxin.deadlines.ref is
    'Key of the return, or id of the phase, task, indicator or cadence; what stands behind a ~ tells the part: TASK~milestone.ID, '
    'PHASE~starts, PHASE~ends.';
comment on column gaoxin.deadline_steps.kind is 'As in deadlines; beside, what acts open.';
