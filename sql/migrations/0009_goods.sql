-- What a page may show, decided in one statement: regions, groups of variants, what rules ask, what the visitor has refused.
create extension if not exists pg_trgm;
create index product_title_letters on product using gin (title gin_trgm_ops);
create index product_group on product (tenant_id, group_id) where group_id is not null;

-- What differs from the market in one of its regions; null where the market's own word holds.
create table product_region (
    tenant_id         text    not null,
    market_id         text    not null,
    region            text    not null check (length(region) between 1 and 64),
    product_id        text    not null,
    price_minor       bigint  check (price_minor between 0 and 9007199254740991),
    sale_price_minor  bigint  check (sale_price_minor between 0 and 9007199254740991),
    available         boolean,
    quantity          int,
    page_url          text,
    price_description text,
    primary key (tenant_id, market_id, region, product_id),
    foreign key (tenant_id, market_id, product_id) references product_market on delete cascade,
    check (price_minor is not null or sale_price_minor is null)
);

-- The market's row as a region sees it.
create function in_region(m product_market, r product_region) returns product_market language sql immutable parallel safe as $$
    select row(m.tenant_id, m.market_id, m.product_id, coalesce(r.price_minor, m.price_minor),
               case when r.price_minor is null then m.sale_price_minor else r.sale_price_minor end,
               coalesce(r.available, m.available), coalesce(r.quantity, m.quantity), m.title, coalesce(r.page_url, m.page_url),
               m.first_seen)::product_market
$$;

-- What a market, or one of its regions, sells of these products and may be shown now; `p` and `m` are read column by column, not
-- copied, since PostgreSQL writes this into the query that asks.
create function goods(tenant text, market text, place text, tongue text, ids text[])
returns table (p product, m product_market, l product_locale, price_description text) language sql stable parallel safe as $$
    select p, case when r.product_id is null then m else in_region(m, r) end, l, r.price_description
    from product_market m
    join product p using (tenant_id, product_id)
    left join product_region r on r.tenant_id = m.tenant_id and r.market_id = m.market_id and r.region = place
                              and r.product_id = m.product_id
    left join product_locale l on l.tenant_id = m.tenant_id and l.locale = tongue and l.product_id = m.product_id
    where m.tenant_id = tenant and m.market_id = market and m.product_id = any (ids) and is_visible(p)
$$;

-- A test that a product passes or not: a filter, some products, or a price that lies within shares of another product's.
alter type product_filter add attribute product_ids text[];
create or replace function matches_filter(p product, m product_market, f product_filter) returns boolean
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
       and (f.product_ids is null or p.product_id = any (f.product_ids))
$$;

-- What one question of a page asks, in the numbers of the page's tests: all of these, one of those, none of those. `beside`: what it
-- must not show. `caps`: [{test, most, attribute}]. `sold_out`: what is sold out may be shown too.
create type page_ask as (
    all_of   int[],
    any_of   int[],
    none_of  int[],
    beside   text[],
    caps     jsonb,
    wanted   int,                                        -- products that the page shows for it
    sold_out boolean
);

create function admits(a page_ask, marks int[]) returns boolean language sql immutable parallel safe as $$
    select a.all_of <@ marks and (cardinality(a.any_of) = 0 or a.any_of && marks) and not a.none_of && marks
$$;

-- The tests of a page as they are told, each with the prices that its band means around the seed's own.
create function checks(tenant text, market text, tests jsonb) returns table (number int, filter product_filter)
language sql stable parallel safe as $$
    select (test.number - 1)::int, jsonb_populate_record(null::product_filter, told || coalesce(band.prices, '{}'))
    from jsonb_array_elements(tests) with ordinality as test (told, number)
    left join lateral (
        select jsonb_build_object('min_price', ceil(price * (told ->> 'from_share')::float8),
                                  'max_price', floor(price * (told ->> 'to_share')::float8)) as prices
        from product_market seed
        cross join lateral (select coalesce(seed.sale_price_minor, seed.price_minor) as price) as now
        where told ? 'seed_product_id' and seed.tenant_id = tenant and seed.market_id = market
          and seed.product_id = told ->> 'seed_product_id'
    ) band on true
$$;

-- What may be shown in a market ($1, $2), or in its region ($4), as a source for EXECUTE: `m`, or `offer.m` in a region, and `p`.
create function for_sale(region text, sold_out boolean) returns text language sql immutable parallel safe as $$
    select ' from product_market m join product p using (tenant_id, product_id)'
        || case when region is null then '' else
           ' left join product_region r on r.tenant_id = $1 and r.market_id = $2 and r.region = $4 and r.product_id = m.product_id
             cross join lateral (select case when r.product_id is null then m else in_region(m, r) end as m) as offer' end
        || ' where m.tenant_id = $1 and m.market_id = $2 and is_visible(p)'
        || case when sold_out then '' when region is null then ' and m.available' else ' and coalesce(r.available, m.available)' end
$$;

-- What an ask asks of a product, written out for a query whose $3 are the tests.
create function admission(ask page_ask, offer text) returns text language sql immutable parallel safe as $$
    select coalesce((select string_agg(format(' and matches_filter(p, %s, $3[%s])', offer, test + 1), '') from unnest(ask.all_of) test), '')
        || coalesce((select ' and (' || string_agg(format('matches_filter(p, %s, $3[%s])', offer, test + 1), ' or ') || ')'
                     from unnest(ask.any_of) test having count(*) > 0), '')
        || coalesce((select string_agg(format(' and matches_filter(p, %s, $3[%s]) is not true', offer, test + 1), '')
                     from unnest(ask.none_of) test), '')
$$;

-- What a cap counts a product under, as an expression over `p`: a list of texts, null among them where the product says nothing.
create function counted_under(attribute text) returns text language sql immutable parallel safe as $$
    select case
        when attribute is null then $values$array['']$values$
        when attribute = 'brand' then 'array[p.brand]'
        when attribute = 'category' then 'p.category_ids[1:1]'
        when attribute = 'itemType' then 'array[p.item_type]'
        when attribute = 'genre' then 'array[p.genre]'
        else format('array(select jsonb_array_elements_text(p.attributes -> %L))', substr(attribute, length('attributes.') + 1))
    end
$$;

drop function newest_products;

-- The market's newest products that an ask admits, one of a group, within its caps. `refused`: the visitor's own filter. Written and
-- planned anew at each call (EXECUTE): the plan that is right for one filter is wrong for the next. One cap of single values is
-- counted over the newest 5,000 that are admitted, groups and several caps over the newest 2,000: that bounds the time.
create function newest_products(
    tenant text, market text, region text, wanted int, tests product_filter[], ask page_ask, refused product_filter, grouped boolean
) returns setof text language plpgsql stable set plan_cache_mode = force_custom_plan as $$
declare
    offer text := case when region is null then 'm' else 'offer.m' end;
    caps int := jsonb_array_length(ask.caps);
    most int[] := array(select (cap ->> 'most')::int from jsonb_array_elements(ask.caps) as cap);
    source text;
    counted text;
    found record;
    number int := 0;
    groups text[] := '{}';
    held jsonb := '{}';
    newest text[];
    reach int;
begin
    if wanted <= 0 then
        return;
    end if;
    source := for_sale(region, ask.sold_out) || format(' and m.product_id <> all ($6) and matches_filter(p, %s, $7)', offer)
        || admission(ask, offer) || ' order by m.first_seen desc, m.product_id limit $5';
    if not grouped and caps = 0 then
        return query execute 'select m.product_id' || source using tenant, market, tests, region, wanted, ask.beside, refused;
        return;
    end if;
    counted := coalesce((
        select string_agg(format('case when matches_filter(p, %s, $3[%s]) then array(select %L || value from unnest(%s) as value '
                                 'where value is not null) else ''{}'' end',
                                 offer, (cap ->> 'test')::int + 1, place || ':', counted_under(cap ->> 'attribute')), ' || ')
        from jsonb_array_elements(ask.caps) with ordinality as told (cap, place)), '''{}''::text[]');
    if not grouped and caps = 1 and coalesce(ask.caps -> 0 ->> 'attribute', '') not like 'attributes.%' then
        foreach reach in array array[300, 5000] loop
            execute 'select array_agg(product_id order by first_seen desc, product_id)
                     from (select product_id, first_seen, keys,
                                  row_number() over (partition by keys order by first_seen desc, product_id) as place
                           from (select m.product_id, m.first_seen, ' || counted || ' as keys' || source || ') as near) as told
                     where keys = ''{}'' or place <= $8'
                into newest using tenant, market, tests, region, reach, ask.beside, refused, most[1];
            exit when cardinality(newest) >= wanted;
        end loop;
        return query select unnest(newest[:wanted]);
        return;
    end if;
    if grouped then
        groups := array(select distinct group_id from product
                        where tenant_id = tenant and product_id = any (ask.beside) and group_id is not null);
    end if;
    for found in execute 'select m.product_id, p.group_id, ' || counted || ' as keys' || source
        using tenant, market, tests, region, 2000, ask.beside, refused
    loop
        continue when found.group_id = any (groups);
        if found.keys <> '{}' then
            continue when exists (
                select from unnest(found.keys) as key where (held ->> key)::int >= most[split_part(key, ':', 1)::int]);
            held := held || (select jsonb_object_agg(key, coalesce((held ->> key)::int, 0) + 1) from unnest(found.keys) as key);
        end if;
        if found.group_id is not null then
            groups := groups || found.group_id;
        end if;
        number := number + 1;
        return next found.product_id;
        exit when number = wanted;
    end loop;
end $$;
