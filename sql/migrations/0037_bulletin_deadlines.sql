-- A bulletin that a plan's cadences give is a deadline, too (docs/decisions/116).

alter table gaoxin.deadlines drop constraint deadlines_kind_check;
alter table gaoxin.deadlines add check (kind in ('return', 'gate', 'task', 'indicator', 'milestone', 'phase', 'cadence', 'bulletin'));
alter table gaoxin.deadline_steps drop constraint deadline_steps_kind_check;
alter table gaoxin.deadline_steps add check (kind in (
    'return', 'gate', 'task', 'indicator', 'milestone', 'phase', 'cadence', 'bulletin', 'rectification', 'consent', 'explanation',
    'extension', 'correction', 'question', 'mapping', 'closing'));
comment on column gaoxin.deadlines.ref is
    'Key of the return, id of the phase, task, indicator or cadence, or period of the bulletin; what stands behind a ~ tells the '
    'part: TASK~milestone.ID, PHASE~starts, PHASE~ends.';
