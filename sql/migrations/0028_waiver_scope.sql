-- A waiver may let pass a part of its criterion alone (docs/decisions/109).

alter table gaoxin.waivers
    add column indicator text,
    add column unit      text,
    add column rule      text,
    add column period    text;
comment on column gaoxin.waivers.indicator is 'Only what is lacking of this indicator; of none where it is left out: of the criterion whole.';
comment on column gaoxin.waivers.unit is 'Only what this unit owes, or what is the matter with its returns.';
comment on column gaoxin.waivers.rule is 'Only returns of which nothing but what this rule found is the matter.';
comment on column gaoxin.waivers.period is 'Only returns of this period.';
