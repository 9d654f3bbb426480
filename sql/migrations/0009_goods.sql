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
-- must not show. `lead`: the test that narrows most, for the indexes. `caps`: [{test, most, attribute}].
create type page_ask as (
    all_of  int[],
    any_of  int[],
    none_of int[],
    beside  text[],
    lead    int,
    caps    jsonb,
    wanted  int                                          -- products that the page shows for it
);

create function admits(a page_ask, marks int[]) returns boolean language sql immutable parallel safe as $$
    select a.all_of <@ marks and (cardinality(a.any_of) = 0 or a.any_of && marks) and not a.none_of && marks
$$;

-- The numbers, from 0, of the tests that a product passes.
create function marks_of(p product, m product_market, tests product_filter[]) returns int[]
language plpgsql immutable parallel safe as $$
begin
    return array(select number - 1 from generate_series(1, cardinality(tests)) as number where matches_filter(p, m, tests[number]));
end $$;

-- What a product says under a name that a cap counts.
create function counted_values(p product, attribute text) returns text[] language sql immutable parallel safe as $$
    select case attribute
        when 'brand' then array[p.brand]
        when 'category' then p.category_ids[1:1]
        when 'itemType' then array[p.item_type]
        when 'genre' then array[p.genre]
        else array(select jsonb_array_elements_text(p.attributes -> substr(attribute, length('attributes.') + 1)))
    end
$$;

drop function newest_products;

-- The market's newest products that an ask admits, one of a group, within its caps. `refused`: the visitor's own filter. Planned anew
-- at each call (EXECUTE), since the plan that is right for one filter is wrong for the next; not at all where none is wanted.
create function newest_products(
    tenant text, market text, region text, wanted int, tests product_filter[], ask page_ask, refused product_filter, grouped boolean
) returns setof text language plpgsql stable as $$
declare
    found record;
    number int := 0;
    marks int[];
    groups text[] := '{}';
    held jsonb := '{}';
    counted jsonb;
    keys text[];
    lead product_filter;
begin
    if wanted <= 0 then
        return;
    end if;
    lead := case when ask.lead is null then null else tests[ask.lead + 1] end;
    if region is null and not grouped and jsonb_array_length(ask.caps) = 0
       and (ask.lead is null or ask.all_of <@ array[ask.lead]) and ask.none_of = '{}'
       and (ask.any_of = '{}' or ask.any_of = array[ask.lead]) then
        return query execute
            'select m.product_id
             from product_market m join product p using (tenant_id, product_id)
             where m.tenant_id = $1 and m.market_id = $2 and m.available and is_visible(p) and m.product_id <> all ($4)
               and matches_filter(p, m, $5) and matches_filter(p, m, $6)
             order by m.first_seen desc, m.product_id
             limit $3'
            using tenant, market, wanted, ask.beside, lead, refused;
        return;
    end if;
    if grouped then
        groups := array(select distinct group_id from product
                        where tenant_id = tenant and product_id = any (ask.beside) and group_id is not null);
    end if;
    for found in execute
        'select p, offer.m as m
         from product_market m
         join product p using (tenant_id, product_id)
         left join product_region r on r.tenant_id = $1 and r.market_id = $2 and r.region = $7 and r.product_id = m.product_id
         cross join lateral (select case when r.product_id is null then m else in_region(m, r) end as m) as offer
         where m.tenant_id = $1 and m.market_id = $2 and coalesce(r.available, m.available) and is_visible(p)
           and m.product_id <> all ($4) and matches_filter(p, m, $5) and matches_filter(p, m, $6)
         order by m.first_seen desc, m.product_id'
        using tenant, market, wanted, ask.beside, case when region is null then lead end, refused, region
    loop
        continue when (found.p).group_id = any (groups);
        marks := marks_of(found.p, found.m, tests);
        continue when not admits(ask, marks);
        select coalesce(array_agg(cap.number || ':' || value), '{}') into keys
        from jsonb_array_elements(ask.caps) with ordinality as cap (said, number),
             unnest(case when said ->> 'attribute' is null then array[''] else counted_values(found.p, said ->> 'attribute') end) as value
        where (said ->> 'test')::int = any (marks) and value is not null;
        continue when exists (
            select from unnest(keys) as key
            where coalesce((held ->> key)::int, 0) >= (ask.caps -> (split_part(key, ':', 1)::int - 1) ->> 'most')::int);
        select coalesce(jsonb_object_agg(key, coalesce((held ->> key)::int, 0) + 1), '{}') into counted from unnest(keys) as key;
        held := held || counted;
        if (found.p).group_id is not null then
            groups := groups || (found.p).group_id;
        end if;
        number := number + 1;
        return next (found.p).product_id;
        exit when number = wanted;
    end loop;
end $$;
