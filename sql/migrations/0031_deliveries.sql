-- What became of each reminder at each address, claimed before anything goes out (docs/decisions/112).

alter table gaoxin.outbox add column carried jsonb;
comment on column gaoxin.outbox.carried is 'What the message that is repeated needs: the deadlines that its rungs are steps of, lower rungs that it stands for, its attachments.';

create table gaoxin.deliveries (
    delivery_id  bigint      generated always as identity primary key,
    campaign     text        not null,
    key          text        not null,
    channel      text        not null,
    address      text        not null check (address ~ '^[0-9a-f]{32}$'),
    masked       text        not null,
    attempt      integer     not null check (attempt > 0),
    state        text        not null check (state in ('claimed', 'sent', 'failed', 'unknown')),
    final        boolean     not null default false check (not final or state in ('failed', 'unknown')),
    done         integer     not null default 0,
    parts        integer     not null default 1 check (done between 0 and parts),
    code         text,
    answer       text,
    seq          bigint      not null default gaoxin.noting(),
    marked_at    timestamptz not null,
    unique (key, channel, address, attempt, state),
    foreign key (key, channel) references gaoxin.outbox (key, channel)
);
comment on table gaoxin.deliveries is '送达记录。Attempts at each address: claimed before something goes out, and what the server answered after.';
comment on column gaoxin.deliveries.address is 'A digest of the address, keyed with what the installation alone has: nobody finds an address by it.';
comment on column gaoxin.deliveries.masked is 'The address as people may see it.';
comment on column gaoxin.deliveries.final is 'It is not tried again.';
comment on column gaoxin.deliveries.done is 'Parts of a long message that have gone through.';
comment on column gaoxin.deliveries.answer is 'What the server said, without addresses and secrets.';
comment on column gaoxin.deliveries.seq is 'The number of the event that made the row.';
create index on gaoxin.deliveries (seq);
create index on gaoxin.deliveries (campaign, marked_at);
call gaoxin.make_append_only('gaoxin.deliveries');
