-- Versions follow arrival (docs/decisions/085): the same bytes may come again after others, and are then another version; what lay in
-- the inbox came when it was put there; and figures that are handed in again, in whatever bytes, are the same figures.

alter table gaoxin.returns drop constraint returns_campaign_form_unit_period_sha256_key;
create index on gaoxin.returns (campaign, form, unit, period, sha256);
comment on table gaoxin.returns is '报送。One unit''s filled form for one period, one version; the same bytes twice in a row are one return.';

alter table gaoxin.returns
    add column arrived_at timestamptz check (arrived_at <= received_at),
    add column file_time timestamptz,
    drop constraint entered_afterwards,
    add constraint entered_afterwards check (
        case when entered_because is null then business_day = (coalesce(arrived_at, received_at) at time zone 'Asia/Shanghai')::date
        else length(trim(entered_because)) > 0 and business_day < (received_at at time zone 'Asia/Shanghai')::date end);
comment on column gaoxin.returns.received_at is 'When it was recorded.';
comment on column gaoxin.returns.arrived_at is 'When its file came to lie in the inbox, not after it was first seen there: lateness is counted from it. Null: as it was recorded.';
comment on column gaoxin.returns.file_time is 'When its file says that it was changed last, where that is before the version in force came; a claim, which dates nothing.';

create or replace function gaoxin.placed() returns trigger language plpgsql as $$
begin
    select r.campaign, r.form, r.unit, r.period, r.version, coalesce(r.arrived_at, r.received_at)
      into new.campaign, new.form, new.unit, new.period, new.version, new.received_at
      from gaoxin.returns r where r.return_id = new.return_id;
    return new;
end $$;
comment on function gaoxin.placed() is 'Trigger: whose return it is, and when that came, taken from the return, so that the two cannot differ.';

alter table gaoxin.loads add column figures char(64), add column same_as text references gaoxin.returns;
create index on gaoxin.loads (same_as) where same_as is not null;
comment on column gaoxin.loads.figures is 'sha256 over what it says: values, units of measure and records, wherever they stand in the file. Null: from before it was kept.';
comment on column gaoxin.loads.same_as is 'The first version in the facts that said the same, its explanation too; null where there is none. What was decided of that one holds for this one.';
