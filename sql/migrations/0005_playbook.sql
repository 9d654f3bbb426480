-- What the shop has decided, and which trained release serves it.
create table placement (
    tenant_id         text        not null references tenant on delete cascade,
    placement_id      text        not null check (placement_id ~ '^[a-z_]+_page\.[a-z0-9_]+$'),
    strategies        text[]      not null check (cardinality(strategies) > 0),
    count             int         not null check (count between 1 and 128),
    messages          jsonb       not null default '{}',  -- locale -> the heading above the block; '' = any other
    fallback          boolean     not null default true,
    require_available boolean     not null default true,
    deadline_ms       int         not null default 250 check (deadline_ms between 1 and 10000),
    parameters        jsonb       not null default '{}',
    status            text        not null default 'LIVE' check (status in ('DRAFT', 'LIVE')),
    version           int         not null default 1,
    updated_at        timestamptz not null default now(),
    updated_by        text        not null default 'endcap',
    primary key (tenant_id, placement_id)
);
select watch_table('placement'), watch_deletes('placement');

create table rule (
    tenant_id    text        not null references tenant on delete cascade,
    rule_id      uuid        not null default gen_random_uuid(),
    kind         text        not null check (kind in ('INCLUDE', 'EXCLUDE', 'BOOST', 'BURY', 'PIN', 'CAP', 'PRICE_BAND')),
    placement_id text,                                    -- null = every placement
    priority     int         not null default 0,
    conditions   jsonb       not null default '{}',
    match        jsonb       not null default '{}',
    slot         int,
    weight       double precision,
    cap          int,
    starts_at    timestamptz,
    ends_at      timestamptz,
    time_zone    text,
    status       text        not null default 'DRAFT' check (status in ('DRAFT', 'LIVE')),
    version      int         not null default 1,
    updated_at   timestamptz not null default now(),
    updated_by   text        not null default 'endcap',
    primary key (tenant_id, rule_id)
);
select watch_table('rule'), watch_deletes('rule');

-- One trained set of artifacts. `serving` is the one that answers; a refused one says why and never serves.
create table release (
    tenant_id  text        not null references tenant on delete cascade,
    release_id text        not null,
    created_at timestamptz not null default now(),
    manifest   jsonb       not null,
    refused    text,
    serving    boolean     not null default false,
    primary key (tenant_id, release_id),
    check (not (serving and refused is not null))
);
create unique index release_serving on release (tenant_id) where serving;
select watch_table('release'), watch_deletes('release');
