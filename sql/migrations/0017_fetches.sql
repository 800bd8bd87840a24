-- What was fetched from units' sources: where and when, what came, or why nothing did (docs/decisions/086).

create table gaoxin.fetches (
    fetch_id    bigint      generated always as identity primary key,
    campaign    text        not null,
    form        text        not null,
    unit        text        not null,
    period      text        not null,
    source      text        not null,
    kind        text        not null,
    state       text        not null check (state in ('fetched', 'unchanged', 'nothing', 'waits', 'failed')),
    place       text,
    name        text,
    sha256      text        references gaoxin.landed_files,
    mark        text,
    asked       text,
    parts       jsonb,
    return_id   text        references gaoxin.returns,
    plan_hash   text        not null,
    why         jsonb,
    seq         bigint      not null default gaoxin.noting(),
    fetched_at  timestamptz not null,
    check ((state = 'fetched') = (sha256 is not null)),
    check ((state in ('waits', 'failed')) = (why is not null))
);
comment on table gaoxin.fetches is '取数记录。One asking of a unit''s source, a row for each file that came, or one that says why none did.';
comment on column gaoxin.fetches.state is 'fetched: bytes came and were landed; unchanged: what is there was fetched before; nothing: nothing is there; waits: a file that was left for the next time, or is never taken; failed: nothing could be fetched.';
comment on column gaoxin.fetches.place is 'Where it was, without a secret.';
comment on column gaoxin.fetches.name is 'By which name it was landed, or the file''s in its folder.';
comment on column gaoxin.fetches.mark is 'The watermark: what the place said of itself (ETag, size, time), or the hash of rows.';
comment on column gaoxin.fetches.asked is 'The query or address with what was asked for.';
comment on column gaoxin.fetches.parts is 'Of answers that were joined: place, size, sha256 and ETag of each, in order.';
comment on column gaoxin.fetches.return_id is 'The return that it is; null: it is none, and was refused.';
comment on column gaoxin.fetches.plan_hash is 'Of the plan by which it was read: by another one what was refused or rejected may be read otherwise.';
comment on column gaoxin.fetches.why is 'Why nothing came, or was left.';
create index on gaoxin.fetches (seq);
create index on gaoxin.fetches (campaign, form, unit, source, fetch_id);
call gaoxin.make_append_only('gaoxin.fetches');
