-- name: read_versions()
-- The version of each tenant's configuration; servers re-read those that moved.
select tenant_id, version from tenant_version;

-- name: read_tenants()
select tenant_id, name, time_zone, rates, retention_days, attribution_days, page_hosts, page_url_pattern,
       identity_secret, keyless, release_minutes, holdout, cursor_secret
from tenant
order by tenant_id;

-- name: read_tenant(tenant_id)
select tenant_id, name, time_zone, rates, retention_days, attribution_days, page_hosts, page_url_pattern,
       identity_secret, keyless, release_minutes, holdout, cursor_secret
from tenant
where tenant_id = :tenant_id;

-- name: read_markets(tenant_id)
select market_id, currency, locales from market where tenant_id = :tenant_id order by market_id;

-- name: read_categories(tenant_id)
select category_id, name, parent_id, active from category where tenant_id = :tenant_id order by name, category_id;

-- name: read_keys(tenant_id)
-- The keys that may still be used; expiry is judged at each request.
select key_id, name, secret_sha256, scopes, allowed_origins, channel, expires_at, environment
from api_key
where tenant_id = :tenant_id and revoked_at is null;

-- name: insert_tenant(tenant_id, name)!
insert into tenant (tenant_id, name) values (:tenant_id, :name);

-- name: upsert_market(tenant_id, market_id, currency, locales)!
insert into market (tenant_id, market_id, currency, locales)
values (:tenant_id, :market_id, :currency, :locales)
on conflict (tenant_id, market_id) do update set currency = excluded.currency, locales = excluded.locales;

-- name: update_tenant(tenant_id, changes)!
-- `changes` holds the columns to set; a key that is absent keeps its value.
update tenant t
set (name, time_zone, rates, retention_days, attribution_days, page_hosts, page_url_pattern,
     identity_secret, keyless, release_minutes, holdout)
  = (select n.name, n.time_zone, n.rates, n.retention_days, n.attribution_days, n.page_hosts, n.page_url_pattern,
            n.identity_secret, n.keyless, n.release_minutes, n.holdout
     from jsonb_populate_record(t, :changes::jsonb) as n)
where tenant_id = :tenant_id;

-- name: pages_by_host(tenant_id, most)
-- On which hosts the pages of some products are, the most frequent first; null where the address is a path.
select regexp_replace(substring(lower(page_url) from '^ *https?://([^/?#@[:space:]]+)'), ':(80|443)$', '') as host, count(*) as pages
from (
    (select page_url from product where tenant_id = :tenant_id and page_url is not null limit :most)
    union all
    (select page_url from product_market where tenant_id = :tenant_id and page_url is not null limit :most)
) as told
group by host
order by pages desc, host;
