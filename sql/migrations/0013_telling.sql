-- Events as everything after them reads them: what stands apart, orders told whole, and batches that wait to be added up.
alter table event
    drop column ingest_id,
    add column apart    text check (apart in ('BOT', 'INTEGRATION')),  -- kept, and counted nowhere; null = counts
    add column whole    boolean not null default false,               -- a line of an order that was told whole
    add column batch_id bigint;                                        -- null = from before batches were numbered

alter table event disable trigger mark_on_update;
update event e set whole = true
where e.order_id is not null and not exists (
    select from event_key k
    where k.tenant_id = e.tenant_id and k.event_key = substring(sha256(convert_to('event:' || e.event_id, 'UTF8')) from 1 for 16));
alter table event enable trigger mark_on_update;

-- What browsers say has keys of its own: it never stands where the shop's word would.
update event_key k
set event_key = substring(sha256(convert_to(case when e.whole then 'claim:' || e.order_id else 'said:' || e.event_id end, 'UTF8')) from 1 for 16)
from event e
where e.scope = 'STOREFRONT' and e.line = 0 and k.tenant_id = e.tenant_id
  and k.event_key = substring(sha256(convert_to(case when e.whole then 'order:' || e.order_id else 'event:' || e.event_id end, 'UTF8')) from 1 for 16);

create index event_batch_of on event using brin (batch_id) with (autosummarize = on);

create sequence event_batch_number;

-- The batches that nobody has added up yet, by the days of their events. Written in the batch's own transaction; who adds up deletes.
create table event_batch (
    batch_id  bigint not null,
    tenant_id text   not null references tenant on delete cascade,
    day       date   not null,
    primary key (tenant_id, day, batch_id)
);

insert into event_batch (batch_id, tenant_id, day)
select 0, tenant_id, day from event_day;                 -- of what came before there were numbers

-- The tenant's own event types, and its own weights of the core ones.
create table event_type (
    tenant_id      text             not null references tenant on delete cascade,
    name           text             not null check (name ~ '^[a-z][a-z0-9_]{0,31}$'),
    weight         double precision not null check (weight between 0 and 1000),
    half_life_days double precision check (half_life_days between 0.01 and 3650),
    primary key (tenant_id, name)
);
select watch_table('event_type'), watch_deletes('event_type');

drop function stage_events();

-- An event on its way in. Batches are arrays of these: emptying temporary tables at each commit cost more than all that was written.
create type told_line as (product_id text, quantity int, unit_price_minor bigint, currency text);
create type told_event as (
    number int, event_key bytea, tenant_id text, event_id text, type text, happened_at timestamptz, session_id text,
    user_id text, claimed_user_id text, visitor_id text, market_id text, channel text, scope text, product_id text, quantity int,
    unit_price_minor bigint, currency text, order_id text, recommendation_id uuid, view_id uuid, list_id uuid, placement_id text,
    position int, search_term text, category_id text, value double precision, properties jsonb, apart text,
    lines told_line[],                                    -- of an order told whole
    identity_kinds text[], identity_values text[]        -- of ids besides users, sessions and visitor ids; null where there are none
);
