-- A waiver lets pass what was lacking when it was given, unless it says otherwise (docs/decisions/117).

alter table gaoxin.waivers add column items jsonb;
comment on column gaoxin.waivers.items is 'What was lacking when it was given, and nothing else; null where it covers what comes later, too.';
