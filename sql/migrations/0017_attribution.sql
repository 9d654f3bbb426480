-- Which recommendations led to what: touches, orders as they stand, and the credit for them. All of it is made from `event` and
-- `served_view`, batch by batch, by one transaction at a time, and can be made anew (docs/decisions/0010-attribution.md).
--
-- What is personal in it: session_id, user_id, told_user_id and visitor_id of order_entry, touch, touch_stray, conversion and relinked;
-- and what the shop knows a person's order by, order_key ('o:' and the order's id) and event_id of order_entry, conversion, credit and
-- told_twice, event_id of touch_stray. Who makes a person nameless replaces each such value by one of its own that means nothing, the
-- same in every table, in event and served_view too: then no figure changes, and what is made anew is equal.
-- When rows have outlived the tenant's retention: those of every table by happened_at, touch_total's and credit's by day; touch_seen_*
-- are partitions by day, and go whole.

create function is_ours(id uuid) returns boolean immutable parallel safe language sql as $$
    select get_byte(uuid_send(id), 6) >> 4 = 8
$$;

create function view_of(id uuid) returns uuid immutable parallel safe language sql as $$
    select encode(set_byte(set_byte(uuid_send(id), 14, 0), 15, 0), 'hex')::uuid
$$;

-- When the view was made, to the millisecond: the first 48 bits of every id of it.
create function made_at(id uuid) returns timestamptz immutable parallel safe language sql as $$
    select to_timestamp(('x' || left(replace(id::text, '-', ''), 12))::bit(48)::bigint / 1000.0)
$$;

-- The list and the position that an id names, counted from 1; 0 where it names none.
create function list_of(id uuid) returns int immutable parallel safe language sql as $$ select get_byte(uuid_send(id), 14) $$;
create function position_of(id uuid) returns int immutable parallel safe language sql as $$ select get_byte(uuid_send(id), 15) $$;

create function recommendation_of(view uuid, list int, place int) returns uuid immutable parallel safe language sql as $$
    select encode(set_byte(set_byte(uuid_send(view), 14, list), 15, place), 'hex')::uuid
$$;

-- Sessions whose links have changed: what happened in them may be another user's now. Who adds up deletes the rows.
create table relinked (
    tenant_id  text not null,
    session_id text not null,
    user_id    text
);
create index relinked_tenant on relinked (tenant_id);

create function note_relinked() returns trigger language plpgsql as $$
begin
    insert into relinked (tenant_id, session_id, user_id) select tenant_id, session_id, user_id from changed_rows;
    return null;
end $$;
create trigger note_on_insert after insert on session_link referencing new table as changed_rows
    for each statement execute function note_relinked();
create trigger note_on_update after update on session_link referencing new table as changed_rows
    for each statement execute function note_relinked();
create trigger note_on_delete after delete on session_link referencing old table as changed_rows
    for each statement execute function note_relinked();

-- Views that were written long after they were served: what waits for them is looked at again.
create table late_view (
    tenant_id text not null,
    view_id   uuid not null
);
create index late_view_tenant on late_view (tenant_id);

create function note_late_views() returns trigger language plpgsql as $$
begin
    insert into late_view (tenant_id, view_id)
    select tenant_id, view_id from changed_rows where served_at < now() - interval '5 minutes';
    return null;
end $$;
create trigger note_on_insert after insert on served_view referencing new table as changed_rows
    for each statement execute function note_late_views();

-- Everything that was told of an order: a row a line. An order's key is 'o:' and its id; a purchase without one is an order of its own,
-- 'e:' and the event's id.
create table order_entry (
    tenant_id         text        not null,
    order_key         text        not null,
    kind              text        not null check (kind in ('purchase', 'refund')),
    trusted           boolean     not null,              -- the shop's word, not a browser's
    whole             boolean     not null,              -- a line of an event that told several
    event_id          text        not null,
    line              smallint    not null,
    happened_at       timestamptz not null,
    product_id        text,                              -- null = a refund of the whole order
    quantity          int         not null,
    unit_price_minor  bigint,
    currency          text,
    session_id        text,
    user_id           text,
    visitor_id        text,
    recommendation_id uuid,
    primary key (tenant_id, order_key, kind, trusted, whole, event_id, line)
);

-- Orders that were told in more than one way, and the way that counts: 0 whole and 1 line by line by the shop, 2 whole and 3 line by
-- line by a browser.
create table told_twice (
    tenant_id text     not null,
    order_key text     not null,
    way       smallint not null,
    primary key (tenant_id, order_key)
);

-- What was wanted in the end: the lines of orders as they stand, and what was put into carts ('c:' and the event's id; 'b:', as a
-- browser told it).
create table conversion (
    tenant_id         text        not null,
    order_key         text        not null,
    event_id          text        not null,
    line              smallint    not null,
    kind              text        not null check (kind in ('CART', 'ORDER')),
    whole             boolean     not null,
    happened_at       timestamptz not null,
    product_id        text        not null,
    quantity          int         not null,
    refunded          int         not null,
    unit_price_minor  bigint,
    currency          text,
    session_id        text,
    told_user_id      text,
    user_id           text,                              -- user_of the others
    visitor_id        text,
    recommendation_id uuid,                              -- that the event itself named
    primary key (tenant_id, order_key, event_id, line)
);
create index conversion_session on conversion (tenant_id, session_id, happened_at) where session_id is not null;
create index conversion_user on conversion (tenant_id, user_id, happened_at) where user_id is not null;
create index conversion_visitor on conversion (tenant_id, visitor_id, happened_at) where visitor_id is not null;
create index conversion_told_user on conversion (tenant_id, told_user_id) where told_user_id is not null;
create index conversion_named on conversion (tenant_id, recommendation_id) where recommendation_id is not null;

-- A recommendation that was seen, clicked, or named by a cart or an order, once each: when first, by whom, and what it was.
create table touch (
    tenant_id         text        not null,
    kind              text        not null,
    recommendation_id uuid        not null,
    served_at         timestamptz not null,              -- made_at(recommendation_id)
    known             boolean     not null,              -- whether its view is there; else it is owed nothing
    happened_at       timestamptz not null,
    product_id        text,
    placement_id      text,
    strategy          text,
    level             text,
    rule_id           text,
    release_id        text,
    variant           text,
    channel           text,
    market_id         text,
    session_id        text,
    told_user_id      text,
    user_id           text,                              -- user_of the others
    visitor_id        text,
    primary key (tenant_id, kind, recommendation_id, served_at)
) partition by list (kind);

create table touch_done partition of touch for values in ('click', 'direct');
create index on touch_done (tenant_id, session_id, kind) where session_id is not null;
create index on touch_done (tenant_id, user_id, kind) where user_id is not null;
create index on touch_done (tenant_id, visitor_id, kind) where visitor_id is not null;
create index on touch_done (tenant_id, told_user_id) where told_user_id is not null;

create table touch_seen partition of touch for values in ('impression') partition by range (served_at);
create index on touch_seen (tenant_id, session_id, product_id) where session_id is not null;
create index on touch_seen (tenant_id, user_id, product_id) where user_id is not null;
create index on touch_seen (tenant_id, visitor_id, product_id) where visitor_id is not null;
create index on touch_seen (tenant_id, told_user_id) where told_user_id is not null;

-- Events of a recommendation whose view is not there: it is looked for again at `again`, and whenever it comes later.
create table touch_stray (
    tenant_id         text        not null,
    view_id           uuid        not null,
    kind              text        not null,
    event_id          text        not null,
    line              smallint    not null,
    recommendation_id uuid,                              -- null = the event named a view or a list
    list_number       int         not null,
    place             int,
    product_id        text,
    placement_id      text,
    channel           text,
    market_id         text,
    happened_at       timestamptz not null,
    session_id        text,
    user_id           text,
    visitor_id        text,
    noted_at          timestamptz not null,
    again             timestamptz
);
create index touch_stray_view on touch_stray (tenant_id, view_id);
create index touch_stray_again on touch_stray (tenant_id, again) where again is not null;

-- How often what was seen and clicked, a day of the tenant's time zone; `unknown`: sights and clicks of which no answer is kept, under
-- no key but the day.
create table touch_total (
    tenant_id    text   not null,
    day          date   not null,
    placement_id text,
    strategy     text,
    level        text,
    rule_id      text,
    release_id   text,
    variant      text,
    channel      text,
    market_id    text,
    impressions  bigint not null,
    clicks       bigint not null,
    unknown      bigint not null,
    unique nulls not distinct (tenant_id, day, placement_id, strategy, level, rule_id, release_id, variant, channel, market_id)
);

-- Which recommendation each conversion is owed to: one at most by each model.
create table credit (
    tenant_id         text        not null,
    order_key         text        not null,
    event_id          text        not null,
    line              smallint    not null,
    model             text        not null check (model in ('CLICK_LAST', 'CLICK_SESSION', 'VIEW_THROUGH', 'DIRECT')),
    kind              text        not null,
    day               date        not null,              -- of the conversion, in the tenant's time zone
    quantity          int         not null,              -- after refunds
    revenue_minor     numeric,                           -- after refunds; null = no price was told
    currency          text,
    recommendation_id uuid        not null,
    placement_id      text,
    strategy          text,
    level             text,
    rule_id           text,
    release_id        text,
    variant           text,
    channel           text,
    market_id         text,
    primary key (tenant_id, order_key, event_id, line, model)
);
create index credit_day on credit (tenant_id, model, day);

-- The tenant's settings by which its figures were made; where they are others now, the figures are made anew.
create table attribution_state (
    tenant_id        text primary key references tenant on delete cascade,
    time_zone        text not null,
    attribution_days int  not null
);

-- Where batches are added up inside their transaction.
create function stage_attribution() returns void language plpgsql as $$
begin
    if to_regclass('pg_temp.told') is not null then
        return;
    end if;
    create temp table told (
        type text not null, event_id text not null, line smallint not null, happened_at timestamptz not null, session_id text,
        user_id text, visitor_id text, market_id text, channel text, trusted boolean not null, whole boolean not null, product_id text,
        quantity int, unit_price_minor bigint, currency text, order_id text, recommendation_id uuid, view_id uuid, list_id uuid,
        placement_id text, position smallint
    ) on commit delete rows;
    create temp table told_touch (like touch_stray) on commit delete rows;
    create temp table shown (
        view_id uuid not null, preview boolean not null, release_id text, channel text, market_id text, session_id text, user_id text,
        visitor_id text, lists jsonb not null
    ) on commit delete rows;
    create temp table heard_touch (like touch) on commit delete rows;
    create temp table before_touch (like touch) on commit delete rows;
    create temp table after_touch (like touch) on commit delete rows;
    create temp table gone_touch (like touch) on commit delete rows;
    create temp table come_touch (like touch) on commit delete rows;
    create temp table stirred (
        session_id text, user_id text, visitor_id text, since timestamptz not null
    ) on commit delete rows;
    create temp table relinked_session (session_id text not null) on commit delete rows;
    create temp table relinked_user (user_id text not null) on commit delete rows;
    create temp table dirty_order (order_key text not null) on commit delete rows;
    create temp table heard_conversion (like conversion) on commit delete rows;
    create temp table before_conversion (like conversion) on commit delete rows;
    create temp table after_conversion (like conversion) on commit delete rows;
    create temp table dirty_conversion (
        order_key text not null, event_id text not null, line smallint not null
    ) on commit delete rows;
end $$;

-- The same tables, emptied for the next part of one transaction.
create function clear_attribution() returns void language plpgsql as $$
begin
    truncate told, told_touch, shown, heard_touch, before_touch, after_touch, gone_touch, come_touch, stirred, relinked_session,
             relinked_user, dirty_order, heard_conversion, before_conversion, after_conversion, dirty_conversion;
end $$;

-- PostgreSQL plans by what it knows of a table, and of a temporary one it knows nothing by itself. A look at some of its rows will do.
create function weigh(staged text[]) returns void language plpgsql set default_statistics_target = 10 as $$
declare
    name text;
begin
    foreach name in array staged loop
        execute format('analyze pg_temp.%I', name);
    end loop;
end $$;
