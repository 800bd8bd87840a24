-- Bulletins (督查通报): drafts as they were composed, what people wrote, what was released (docs/decisions/116).

create table gaoxin.bulletins (
    campaign     text        not null,
    period       text        not null,
    edition      integer     not null check (edition > 0),
    content      text        not null,
    due          date,
    late_days    integer     not null check (late_days >= 0),
    seq          bigint      not null default gaoxin.noting(),
    recorded_at  timestamptz not null,
    primary key (campaign, period, edition)
);
comment on table gaoxin.bulletins is '通报草稿。What a bulletin tells, composed of one snapshot; the newest edition of a period counts.';
comment on column gaoxin.bulletins.content is 'Its text with the places that people write, as JSON: nothing of it is asked for anew.';
comment on column gaoxin.bulletins.due is 'The day on which it was due; null where nothing asked for it.';
comment on column gaoxin.bulletins.seq is 'The number of the event that made the row.';
create index on gaoxin.bulletins (seq);
call gaoxin.make_append_only('gaoxin.bulletins');

create table gaoxin.bulletin_words (
    words_id     bigint      generated always as identity primary key,
    campaign     text        not null,
    period       text        not null,
    slot         text,
    words        text        not null check (length(trim(words)) > 0),
    by_unit      text        not null,
    seq          bigint      not null default gaoxin.noting(),
    recorded_at  timestamptz not null
);
comment on table gaoxin.bulletin_words is '通报文字和意见。What people wrote into a bulletin, or said of it; of a place what was written last counts.';
comment on column gaoxin.bulletin_words.slot is 'The place that it is written for; null of a comment.';
comment on column gaoxin.bulletin_words.seq is 'The number of the event that made the row.';
create index on gaoxin.bulletin_words (campaign, period);
create index on gaoxin.bulletin_words (seq);
call gaoxin.make_append_only('gaoxin.bulletin_words');

create table gaoxin.bulletin_releases (
    campaign     text        not null,
    period       text        not null,
    edition      integer     not null,
    number       text        not null check (length(trim(number)) > 0),
    files        jsonb       not null,
    by_unit      text        not null,
    seq          bigint      not null default gaoxin.noting(),
    recorded_at  timestamptz not null,
    primary key (campaign, period),
    unique (campaign, number),
    foreign key (campaign, period, edition) references gaoxin.bulletins
);
comment on table gaoxin.bulletin_releases is '通报发布。Which edition was released, once, under which number; nothing of it changes afterwards.';
comment on column gaoxin.bulletin_releases.files is 'By name the sha256 of each file.';
comment on column gaoxin.bulletin_releases.seq is 'The number of the event that made the row.';
create index on gaoxin.bulletin_releases (seq);
call gaoxin.make_append_only('gaoxin.bulletin_releases');

alter table gaoxin.usages drop constraint usages_kind_check;
alter table gaoxin.usages add check (kind in ('indicator', 'verdict', 'gate', 'approval', 'report', 'dossier', 'bulletin'));
