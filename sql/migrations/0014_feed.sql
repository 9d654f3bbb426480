-- Feeds that are fetched by the clock, what each run of theirs did, and which product was taken off the shelves by whom.
create table feed (
    tenant_id     text        not null references tenant on delete cascade,
    name          text        not null check (name ~ '^[a-z0-9][a-z0-9_-]{0,62}$'),
    place         text        not null,                     -- a file, or an http(s) URL without user and password
    market_id     text,                                     -- null = the file names markets, or the tenant has one
    every_minutes int         check (every_minutes between 1 and 44640),  -- null = only when it is run by hand
    is_full       boolean     not null default false,       -- what it lists no longer is hidden
    max_hidden    float8      not null default 0.2 check (max_hidden between 0 and 1),
    columns       jsonb       not null default '{}',        -- ours -> theirs
    encoding      text,
    member        text,
    secrets       jsonb       not null default '{}',        -- header -> value, never told again
    paused        boolean     not null default false,
    seen          jsonb       not null default '{}',        -- what the last whole reading said of its version: ETag, Last-Modified
    read_at       timestamptz,                              -- when it was last read whole
    created_at    timestamptz not null default now(),
    primary key (tenant_id, name),
    foreign key (tenant_id, market_id) references market on delete cascade
);

create table feed_run (
    run_id      bigint      generated always as identity primary key,
    tenant_id   text        not null references tenant on delete cascade,
    feed        text        not null,                       -- stays when the feed is removed
    started_at  timestamptz not null default now(),
    finished_at timestamptz,                                -- null = at work, or killed
    rows        int         not null default 0,
    added       int         not null default 0,
    changed     int         not null default 0,
    unchanged   int         not null default 0,
    hidden      int         not null default 0,
    refused     int         not null default 0,
    error       text,                                       -- why it could not be done, or why nothing was hidden
    notes       jsonb       not null default '[]',
    refusals    jsonb       not null default '[]'           -- the first hundred rows that were refused, each with its reason
);
create index feed_run_newest on feed_run (tenant_id, run_id desc);
create index feed_run_of on feed_run (tenant_id, feed, run_id desc);

-- Which named feed lists a product in a market, and which no longer does. What has no row came by hand and is there.
create table fed_product (
    tenant_id    text        not null,
    market_id    text        not null,
    product_id   text        not null,
    feed         text,                                      -- null = a file imported by hand
    withdrawn_at timestamptz,                               -- since when it lists it no more; null = it does
    primary key (tenant_id, market_id, product_id),
    foreign key (tenant_id, market_id, product_id) references product_market on delete cascade
);
create index fed_product_of on fed_product (tenant_id, market_id, feed);

-- Who hid it: a feed that lists it no more, by name; null = the shop itself.
alter table product add column hidden_by text check (hidden or hidden_by is null);

-- Where the ids wait that a full feed lists, to be compared with what is there.
create function stage_listing() returns void language plpgsql as $$
begin
    if to_regclass('pg_temp.listed_product') is null then
        create temp table listed_product (market_id text, product_id text) on commit delete rows;
    end if;
end $$;
