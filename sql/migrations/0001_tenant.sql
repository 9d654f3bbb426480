-- Whose shop it is: accounts, the markets they sell in, and the keys that speak for them.
create table tenant (
    tenant_id        text        primary key check (tenant_id ~ '^[a-z0-9][a-z0-9_-]{0,62}$'),
    name             text        not null,
    time_zone        text        not null default 'UTC',
    rates            jsonb       not null default '{}',  -- currency -> how many units of the reporting currency one is worth
    retention_days   int         not null default 730 check (retention_days between 1 and 3650),
    attribution_days int         not null default 7 check (attribution_days between 1 and 90),
    page_hosts       text[]      not null default '{}',
    page_url_pattern text        not null default '/products/{id}' check (page_url_pattern like '%{id}%'),
    identity_secret  text,                               -- signs userToken; null = no browser may claim a user
    keyless          boolean     not null default false, -- vendor dialects answer without a key, with STOREFRONT rights
    release_minutes  int         not null default 1440 check (release_minutes >= 1),
    created_at       timestamptz not null default now()
);

create table market (
    tenant_id text   not null references tenant on delete cascade,
    market_id text   not null check (market_id ~ '^[a-z0-9][a-z0-9_-]{0,31}$'),
    currency  text   not null check (currency ~ '^[A-Z]{3}$'),
    locales   text[] not null default '{}',              -- the first is the market's own
    primary key (tenant_id, market_id)
);

-- The secret is shown once; only its SHA-256 is kept.
create table api_key (
    tenant_id       text        not null references tenant on delete cascade,
    key_id          uuid        not null default gen_random_uuid(),
    name            text        not null,
    secret_sha256   bytea       not null check (length(secret_sha256) = 32),
    scopes          text[]      not null check (scopes <@ '{STOREFRONT,SERVER,ANALYST,ADMIN,PREVIEW}' and cardinality(scopes) > 0),
    allowed_origins text[]      not null default '{}',   -- browsers on other origins are refused; empty = no browser
    channel         text,
    created_at      timestamptz not null default now(),
    expires_at      timestamptz,
    revoked_at      timestamptz,
    primary key (tenant_id, key_id),
    unique (secret_sha256)                               -- a secret speaks for one tenant: it is how the tenant is found
);

-- What servers hold in memory of a tenant has this version: any change bumps it and says so on the channel `endcap`.
create table tenant_version (
    tenant_id text   primary key references tenant on delete cascade,
    version   bigint not null
);

create function bump_tenant_version() returns trigger language plpgsql as $$
begin
    insert into tenant_version (tenant_id, version)
    select distinct tenant_id, 1 from changed_rows order by tenant_id
    on conflict (tenant_id) do update set version = tenant_version.version + 1;
    perform pg_notify('endcap', tg_table_name);
    return null;
end $$;

create function watch_table(watched regclass) returns void language plpgsql as $$
begin
    execute format('create trigger bump_on_insert after insert on %s referencing new table as changed_rows
                    for each statement execute function bump_tenant_version()', watched);
    execute format('create trigger bump_on_update after update on %s referencing new table as changed_rows
                    for each statement execute function bump_tenant_version()', watched);
end $$;

-- A deleted row bumps too, but never for a tenant that goes with it.
create function bump_tenant_version_on_delete() returns trigger language plpgsql as $$
begin
    update tenant_version set version = version + 1
    where tenant_id in (select tenant_id from changed_rows);
    perform pg_notify('endcap', tg_table_name);
    return null;
end $$;

create function watch_deletes(watched regclass) returns void language plpgsql as $$
begin
    execute format('create trigger bump_on_delete after delete on %s referencing old table as changed_rows
                    for each statement execute function bump_tenant_version_on_delete()', watched);
end $$;

select watch_table('tenant');
select watch_table('market'), watch_deletes('market');
select watch_table('api_key'), watch_deletes('api_key');
