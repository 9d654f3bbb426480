-- What the shop sells. `product` is what is the same everywhere; a market sells only what has a row in `product_market`.
create table category (
    tenant_id   text    not null references tenant on delete cascade,
    category_id text    not null,
    name        text    not null,
    parent_id   text,
    active      boolean not null default true,
    primary key (tenant_id, category_id),
    check (parent_id <> category_id)
);
select watch_table('category'), watch_deletes('category');

create table product (
    tenant_id     text        not null references tenant on delete cascade,
    product_id    text        not null check (length(product_id) between 1 and 256),
    group_id      text,
    sku           text,
    title         text        not null,
    description   text,
    brand         text,
    genre         text,
    item_type     text,
    category_ids  text[]      not null default '{}',     -- the first is the product's own
    image_urls    text[]      not null default '{}',
    page_url      text,                                  -- null = made from the tenant's pattern
    rating        real        check (rating >= 0),
    review_count  int         not null default 0 check (review_count >= 0),
    attributes    jsonb       not null default '{}',     -- name -> list of values, typed as given
    hidden        boolean     not null default false,
    valid_from    timestamptz,
    valid_to      timestamptz,
    created_at    timestamptz not null default now(),
    updated_at    timestamptz not null default now(),
    search_text   tsvector    not null generated always as (
        setweight(to_tsvector('simple', title), 'A') || setweight(to_tsvector('simple', coalesce(brand, '')), 'B')
        || setweight(to_tsvector('simple', left(coalesce(description, ''), 2000)), 'D')) stored,
    primary key (tenant_id, product_id)
);
create index product_search on product using gin (search_text);
create index product_categories on product using gin (category_ids);

create table product_market (
    tenant_id        text        not null,
    market_id        text        not null,
    product_id       text        not null,
    price_minor      bigint      not null check (price_minor between 0 and 9007199254740991),
    sale_price_minor bigint      check (sale_price_minor between 0 and 9007199254740991),
    available        boolean     not null default true,
    quantity         int,
    title            text,
    page_url         text,
    first_seen       timestamptz not null default now(),
    primary key (tenant_id, market_id, product_id),
    foreign key (tenant_id, market_id) references market on delete cascade,
    foreign key (tenant_id, product_id) references product on delete cascade
);
create index product_market_newest on product_market (tenant_id, market_id, first_seen desc, product_id) where available;

create table product_locale (
    tenant_id   text not null,
    locale      text not null,
    product_id  text not null,
    title       text,
    description text,
    page_url    text,
    primary key (tenant_id, locale, product_id),
    foreign key (tenant_id, product_id) references product on delete cascade
);

-- Does a product have, for every {name, values} wanted, at least one of the values? Numbers compare by their text.
create function has_attributes(attributes jsonb, wanted jsonb) returns boolean
language sql immutable parallel safe as $$
    select coalesce(bool_and(exists (
        select from jsonb_array_elements_text(attributes -> (want ->> 'name')) as has (value)
        where want -> 'values' ? has.value)), true)
    from jsonb_array_elements(wanted) as want
$$;

-- The ProductFilter of the API, as one predicate. Keys that are absent do not filter.
create function matches_filter(p product, m product_market, filter jsonb) returns boolean
language sql immutable parallel safe as $$
    select (not filter ? 'categoryIds' or p.category_ids && array(select jsonb_array_elements_text(filter -> 'categoryIds')))
       and (not filter ? 'excludeCategoryIds' or not p.category_ids && array(select jsonb_array_elements_text(filter -> 'excludeCategoryIds')))
       and (not filter ? 'brands' or coalesce(filter -> 'brands' ? p.brand, false))
       and (not filter ? 'excludeBrands' or not coalesce(filter -> 'excludeBrands' ? p.brand, false))
       and (not filter ? 'minPrice' or coalesce(m.sale_price_minor, m.price_minor) >= (filter ->> 'minPrice')::bigint)
       and (not filter ? 'maxPrice' or coalesce(m.sale_price_minor, m.price_minor) <= (filter ->> 'maxPrice')::bigint)
       and (not filter ? 'onSale' or (m.sale_price_minor is not null and m.sale_price_minor < m.price_minor) = (filter ->> 'onSale')::boolean)
       and (not filter ? 'minRating' or coalesce(p.rating >= (filter ->> 'minRating')::real, false))
       and (not filter ? 'attributes' or has_attributes(p.attributes, filter -> 'attributes'))
       and (not filter ? 'not' or not exists (
               select from jsonb_array_elements(filter -> 'not') as unwanted
               where has_attributes(p.attributes, jsonb_build_array(unwanted))))
$$;
