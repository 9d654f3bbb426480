-- What is known of a visitor beside events, and what the shop has computed elsewhere. `owner` is 's:' || session_id or 'u:' || user_id.
create table preference (
    tenant_id text        not null references tenant on delete cascade,
    owner     text        not null,
    kind      text        not null check (kind in ('PRODUCT', 'CATEGORY', 'BRAND', 'STORE')),
    id        text        not null,
    action    text        not null check (action in ('LIKE', 'DISLIKE', 'NEVER_RECOMMEND')),
    said_at   timestamptz not null default now(),
    primary key (tenant_id, owner, kind, id)
);

-- What a visitor saw lately, where a placement rotates: the newest 200 products of an owner.
create table recent_sight (
    tenant_id  text        not null references tenant on delete cascade,
    owner      text        not null,
    product_id text        not null,
    sights     int         not null,
    seen_at    timestamptz not null,
    primary key (tenant_id, owner, product_id)
);

-- A list of products computed elsewhere: for everyone, or for who looks at a product, at a category, or is a user.
create table curated_list (
    tenant_id        text        not null references tenant on delete cascade,
    list_id          text        not null,
    market_id        text,                               -- null = every market
    seed_product_id  text,
    seed_category_id text,
    user_id          text,
    product_ids      text[]      not null check (cardinality(product_ids) between 1 and 1000),
    scores           real[]      not null check (cardinality(scores) = cardinality(product_ids)),
    valid_from       timestamptz,
    valid_to         timestamptz,
    updated_at       timestamptz not null default now(),
    primary key (tenant_id, list_id)
);
create index curated_list_product on curated_list (tenant_id, seed_product_id) where seed_product_id is not null;
create index curated_list_category on curated_list (tenant_id, seed_category_id) where seed_category_id is not null;
create index curated_list_user on curated_list (tenant_id, user_id) where user_id is not null;
create index curated_list_everyone on curated_list (tenant_id, list_id)
    where seed_product_id is null and seed_category_id is null and user_id is null;
