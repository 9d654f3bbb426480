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

-- Every value of every attribute as name, unit separator, value: what an index can find. Numbers go by their text.
create function attribute_pairs(attributes jsonb) returns text[] language sql immutable parallel safe as $$
    select coalesce(array_agg(name || e'\x1f' || value), '{}')
    from jsonb_each(attributes) as given (name, told),
         jsonb_array_elements_text(case jsonb_typeof(told) when 'array' then told else jsonb_build_array(told) end) as each (value)
$$;

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
    attribute_pairs text[]    not null generated always as (attribute_pairs(attributes)) stored,
    primary key (tenant_id, product_id)
);
create index product_attributes on product using gin (attribute_pairs);
create index product_search on product using gin (search_text);
create index product_categories on product using gin (category_ids);
create index product_brand on product (tenant_id, brand);

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
    search_text tsvector not null generated always as (
        setweight(to_tsvector('simple', coalesce(title, '')), 'A')
        || setweight(to_tsvector('simple', left(coalesce(description, ''), 2000)), 'D')) stored,
    primary key (tenant_id, locale, product_id),
    foreign key (tenant_id, product_id) references product on delete cascade
);

-- May it be shown at all, now?
create function is_visible(p product) returns boolean language sql stable parallel safe as $$
    select not p.hidden and (p.valid_from is null or p.valid_from <= now()) and (p.valid_to is null or p.valid_to > now())
$$;

-- The ProductFilter of the API; null does not filter. Attributes are pairs as in product.attribute_pairs: of each list in
-- `attributes` one must be there (`any_attribute` is all of them, for the index), of `without` none may.
create type product_filter as (
    category_ids         text[],
    exclude_category_ids text[],
    brands               text[],
    exclude_brands       text[],
    min_price            bigint,
    max_price            bigint,
    on_sale              boolean,
    min_rating           double precision,
    any_attribute        text[],
    attributes           jsonb,
    without              text[]
);

create function has_one_of_each(pairs text[], wanted jsonb) returns boolean language sql immutable parallel safe as $$
    select coalesce(bool_and(pairs && array(select jsonb_array_elements_text(each))), true) from jsonb_array_elements(wanted) as each
$$;

-- One predicate for every read. It has no subquery, so that PostgreSQL writes it into the query and may use the indexes.
create function matches_filter(p product, m product_market, f product_filter) returns boolean
language sql immutable parallel safe as $$
    select (f.category_ids is null or p.category_ids && f.category_ids)
       and (f.exclude_category_ids is null or not p.category_ids && f.exclude_category_ids)
       and (f.brands is null or p.brand = any (f.brands))
       and (f.exclude_brands is null or p.brand is null or p.brand <> all (f.exclude_brands))
       and (f.min_price is null or coalesce(m.sale_price_minor, m.price_minor) >= f.min_price)
       and (f.max_price is null or coalesce(m.sale_price_minor, m.price_minor) <= f.max_price)
       and (f.on_sale is null or coalesce(m.sale_price_minor < m.price_minor, false) = f.on_sale)
       and (f.min_rating is null or p.rating >= f.min_rating)
       and (f.any_attribute is null or p.attribute_pairs && f.any_attribute)
       and (f.attributes is null or has_one_of_each(p.attribute_pairs, f.attributes))
       and (f.without is null or not p.attribute_pairs && f.without)
$$;

-- The market's newest products that may be shown and match, beside those that are known already. Planned anew at each call
-- (EXECUTE), since the plan that is right for one filter is wrong for the next; not at all where none is wanted.
create function newest_products(tenant text, market text, wanted int, beside text[], filter product_filter)
returns setof text language plpgsql stable as $$
begin
    if wanted > 0 then
        return query execute
            'select m.product_id
             from product_market m join product p using (tenant_id, product_id)
             where m.tenant_id = $1 and m.market_id = $2 and m.available and is_visible(p) and m.product_id <> all ($4)
               and matches_filter(p, m, $5)
             order by m.first_seen desc, m.product_id
             limit $3'
            using tenant, market, wanted, beside, filter;
    end if;
end $$;
