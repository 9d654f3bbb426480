-- What happened. Append-only, a day is a partition. Uniqueness cannot live on a table partitioned by time (docs/decisions/0002-idempotent-events.md):
-- `event_key` holds one small row an event id, written in the same transaction.
create table event_key (
    tenant_id text  not null,
    event_key bytea not null,                            -- the first 16 bytes of the id's SHA-256
    day       date  not null,                            -- of the event's partition: the row may go when the partition has gone
    primary key (tenant_id, event_key)
);
create index event_key_day on event_key using brin (day);

create table event (
    tenant_id         text        not null,
    event_id          text        not null,
    line              smallint    not null default 0,    -- an order's lines are rows of one event
    type              text        not null,
    happened_at       timestamptz not null,
    received_at       timestamptz not null default now(),
    ingest_id         bigint      generated always as identity,
    session_id        text,
    user_id           text,                              -- believed; a browser's bare claim is in claimed_user_id
    claimed_user_id   text,
    visitor_id        text,
    market_id         text,
    channel           text,
    scope             text        not null,              -- of the key that sent it, or IMPORT
    product_id        text,
    quantity          int,
    unit_price_minor  bigint,
    currency          text,
    order_id          text,
    recommendation_id uuid,
    view_id           uuid,
    list_id           uuid,
    placement_id      text,
    position          smallint,
    search_term       text,
    category_id       text,
    value             double precision,
    properties        jsonb
) partition by range (happened_at);
create index event_session on event (tenant_id, session_id, happened_at);
create index event_user on event (tenant_id, user_id, happened_at) where user_id is not null;

-- The last 50 telling events of a session and of a user: all that a page reads of the past.
create table recent_event (
    tenant_id   text        not null references tenant on delete cascade,
    owner       text        not null,                    -- 's:' || session_id or 'u:' || user_id
    happened_at timestamptz not null,
    event_id    text        not null,
    line        smallint    not null,
    type        text        not null,
    product_id  text        not null,
    primary key (tenant_id, owner, happened_at, event_id, line)
);

-- One row a response: enough to know every product shown, since the ids derive from view_id (docs/reference/ids.md).
create table served_view (
    tenant_id  text        not null,
    view_id    uuid        not null,
    served_at  timestamptz not null,
    market_id  text        not null,
    locale     text        not null,
    channel    text,
    session_id text,
    user_id    text,
    visitor_id text,
    release_id text,
    page       jsonb       not null,                     -- the page request, as understood
    lists      jsonb       not null,                     -- [{placement, strategy, products, strategies, levels, variant, propensity}]
    primary key (tenant_id, view_id, served_at)
) partition by range (served_at);

-- Makes the partitions of those days that have none. ATTACH lets writers of other days go on meanwhile.
create function ensure_partitions(parent regclass, days date[]) returns void language plpgsql as $$
declare
    day date;
    child text;
begin
    foreach day in array days loop
        child := format('%s_%s', parent::text, to_char(day, 'YYYYMMDD'));
        continue when to_regclass(child) is not null;
        perform pg_advisory_xact_lock(hashtextextended('endcap.partitions', 0));
        continue when to_regclass(child) is not null;
        execute format('create table %I (like %s including all excluding identity)', child, parent);
        execute format('alter table %s attach partition %I for values from (%L) to (%L)',
                       parent, child, day::timestamp at time zone 'UTC', (day + 1)::timestamp at time zone 'UTC');
    end loop;
end $$;

-- Where a batch waits inside its own transaction: COPY has no ON CONFLICT.
create function stage_events() returns void language plpgsql as $$
begin
    if to_regclass('pg_temp.staged_event') is null then
        create temp table staged_event (
            number int not null, event_key bytea not null, fresh boolean not null default false,
            like event
        ) on commit delete rows;
        alter table staged_event alter received_at set default now(), alter line set default 0, alter ingest_id drop not null;
    end if;
end $$;
