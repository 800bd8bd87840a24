-- A dossier rests on figures, as a report does.
alter table gaoxin.usages drop constraint usages_kind_check;
alter table gaoxin.usages add check (kind in ('indicator', 'verdict', 'gate', 'approval', 'report', 'dossier'));
