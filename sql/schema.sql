-- What the migrations add up to. Written by `make schema`.

CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public;

COMMENT ON EXTENSION pg_trgm IS 'text similarity measurement and index searching based on trigrams';

CREATE TYPE public.page_ask AS (
	all_of integer[],
	any_of integer[],
	none_of integer[],
	beside text[],
	caps jsonb,
	wanted integer,
	sold_out boolean
);

CREATE TYPE public.product_filter AS (
	category_ids text[],
	exclude_category_ids text[],
	brands text[],
	exclude_brands text[],
	min_price bigint,
	max_price bigint,
	on_sale boolean,
	min_rating double precision,
	any_attribute text[],
	attributes jsonb,
	without text[],
	product_ids text[]
);

CREATE FUNCTION public.admission(ask public.page_ask, offer text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $_$
    select coalesce((select string_agg(format(' and matches_filter(p, %s, $3[%s])', offer, test + 1), '') from unnest(ask.all_of) test), '')
        || coalesce((select ' and (' || string_agg(format('matches_filter(p, %s, $3[%s])', offer, test + 1), ' or ') || ')'
                     from unnest(ask.any_of) test having count(*) > 0), '')
        || coalesce((select string_agg(format(' and matches_filter(p, %s, $3[%s]) is not true', offer, test + 1), '')
                     from unnest(ask.none_of) test), '')
$_$;

CREATE FUNCTION public.admits(a public.page_ask, marks integer[]) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    select a.all_of <@ marks and (cardinality(a.any_of) = 0 or a.any_of && marks) and not a.none_of && marks
$$;

CREATE FUNCTION public.attribute_pairs(attributes jsonb) RETURNS text[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    select coalesce(array_agg(name || e'\x1f' || value), '{}')
    from jsonb_each(attributes) as given (name, told),
         jsonb_array_elements_text(case jsonb_typeof(told) when 'array' then told else jsonb_build_array(told) end) as each (value)
$$;

CREATE FUNCTION public.bump_tenant_version() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    insert into tenant_version (tenant_id, version)
    select distinct tenant_id, 1 from changed_rows order by tenant_id
    on conflict (tenant_id) do update set version = tenant_version.version + 1;
    perform pg_notify('endcap', tg_table_name);
    return null;
end $$;

CREATE FUNCTION public.bump_tenant_version_on_delete() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    update tenant_version set version = version + 1
    where tenant_id in (select tenant_id from changed_rows);
    perform pg_notify('endcap', tg_table_name);
    return null;
end $$;

CREATE FUNCTION public.checks(tenant text, market text, tests jsonb) RETURNS TABLE(number integer, filter public.product_filter)
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
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

CREATE FUNCTION public.count_products(tenant text, market text, language text, region text, tests public.product_filter[], ask public.page_ask, term text, facets jsonb) RETURNS jsonb
    LANGUAGE plpgsql STABLE
    SET plan_cache_mode TO 'force_custom_plan'
    AS $_$
declare
    offer text := case when region is null then 'm' else 'offer.m' end;
    columns text;
    told text;
    query tsquery := search_query(term);
    shelves text[];
    counted jsonb;
begin
    if term is not null then
        shelves := shelves_named(tenant, query);
        if shelves = '{}' and not exists (select from product p where p.tenant_id = tenant and p.search_text @@ query)
           and not exists (select from product_locale l where l.tenant_id = tenant and l.locale = language and l.search_text @@ query) then
            query := coalesce(likely_query(tenant, term), query);
            shelves := shelves_named(tenant, query);
        end if;
    end if;
    select string_agg(format('%s as f%s', facet_value(said ->> 'field', said ->> 'kind', offer), number), ', '),
           string_agg(facet_counts(said, number), ', ' order by number)
    into columns, told
    from jsonb_array_elements(facets) with ordinality as facet (said, number);
    execute 'with found as materialized (select ' || coalesce(columns, '1')
        || for_sale(region, sold_out => false)
        || case when term is null then '' else
           ' and p.product_id in (select product_id from product where tenant_id = $1 and search_text @@ $5
                                   union all select product_id from product where tenant_id = $1 and category_ids && $6
                                   union all select product_id from product_locale
                                             where tenant_id = $1 and locale = $7 and search_text @@ $5)' end
        || admission(ask, offer)
        || format(') select jsonb_build_object(''total'', (select count(*) from found), ''facets'', jsonb_build_array(%s))',
                  coalesce(told, ''))
        into counted using tenant, market, tests, region, query, shelves, language;
    return counted;
end $_$;

CREATE FUNCTION public.counted_under(attribute text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $_$
    select case
        when attribute is null then $values$array['']$values$
        when attribute = 'brand' then 'array[p.brand]'
        when attribute = 'category' then 'p.category_ids[1:1]'
        when attribute = 'itemType' then 'array[p.item_type]'
        when attribute = 'genre' then 'array[p.genre]'
        else format('array(select jsonb_array_elements_text(p.attributes -> %L))', substr(attribute, length('attributes.') + 1))
    end
$_$;

CREATE FUNCTION public.ensure_partitions(parent regclass, days date[]) RETURNS void
    LANGUAGE plpgsql
    AS $$
declare
    day date;
    child text;
begin
    foreach day in array days loop
        child := format('%s_%s', parent::text, to_char(day, 'YYYYMMDD'));
        continue when to_regclass(child) is not null;
        perform pg_advisory_xact_lock(hashtextextended('endcap.partitions', 0));
        continue when to_regclass(child) is not null;
        execute format('create table %I (like %s including all excluding identity)', child, parent);
        execute format('alter table %s attach partition %I for values from (%L) to (%L)',
                       parent, child, day::timestamp at time zone 'UTC', (day + 1)::timestamp at time zone 'UTC');
    end loop;
end $$;

CREATE FUNCTION public.facet_counts(facet jsonb, number bigint) RETURNS text
    LANGUAGE sql IMMUTABLE
    AS $_$
    select case when facet ->> 'kind' = 'TERM' then
        case when facet ->> 'field' = 'category' or facet ->> 'field' like 'attributes.%' then format(
            '(select coalesce(jsonb_agg(jsonb_build_object(''values'', said, ''count'', products)), ''[]'')
              from (select f%1$s as said, count(*) as products from found where f%1$s is not null group by 1) each)', number)
        else format(
            '(select coalesce(jsonb_agg(jsonb_build_object(''values'', jsonb_build_array(said), ''count'', products)), ''[]'')
              from (select f%1$s as said, count(*) as products from found where f%1$s is not null group by 1 order by 2 desc, 1 limit %2$s) each)',
            number, (facet ->> 'count')::int) end
    when facet ->> 'kind' = 'RANGE' then format(
        '(select jsonb_agg((select count(*) from %3$s
                            where (said ->> ''from'' is null or v >= (said ->> ''from'')::float8)
                              and (said ->> ''to'' is null or v < (said ->> ''to'')::float8)) order by place)
          from jsonb_array_elements(%2$L::jsonb) with ordinality as range (said, place))',
        number, facet ->> 'ranges', facet_numbers(facet ->> 'field', number))
    else format(
        '(with bound as materialized (
              select round_bounds(percentile_disc(array(select n::float8 / %2$s from generate_series(1, %2$s - 1) n)) within group (order by v)) as at
              from %3$s)
          select jsonb_build_object(''bounds'', (select to_jsonb(at) from bound), ''counts'', coalesce((
              select jsonb_object_agg(bucket, products)
              from (select width_bucket(v, (select at from bound)) as bucket, count(*) as products from %3$s group by 1) each), ''{}'')))',
        number, (facet ->> 'maxRanges')::int, facet_numbers(facet ->> 'field', number))
    end
$_$;

CREATE FUNCTION public.facet_numbers(field text, number bigint) RETURNS text
    LANGUAGE sql IMMUTABLE
    AS $_$
    select case when field like 'attributes.%' then format(
        '(select (value #>> ''{}'')::float8 as v
          from found, jsonb_array_elements(case jsonb_typeof(f%1$s) when ''array'' then f%1$s else ''[]'' end) as value
          where jsonb_typeof(value) = ''number'') as numbers', number)
    else format('(select f%1$s::float8 as v from found where f%1$s is not null) as numbers', number) end
$_$;

CREATE FUNCTION public.facet_value(field text, kind text, offer text) RETURNS text
    LANGUAGE sql IMMUTABLE
    AS $_$
    select case
        when field = 'brand' then 'p.brand'
        when field = 'category' then 'to_jsonb(p.category_ids)'
        when field = 'price' then format('coalesce((%1$s).sale_price_minor, (%1$s).price_minor)', offer)
        when field = 'rating' then 'p.rating'
        when field = 'onSale' then format('coalesce((%1$s).sale_price_minor < (%1$s).price_minor, false)', offer)
        when field = 'itemType' then 'p.item_type'
        when field = 'genre' then 'p.genre'
        else format('p.attributes -> %L', substr(field, length('attributes.') + 1))
    end
$_$;

CREATE FUNCTION public.finds_any(tenant text, test public.product_filter) RETURNS boolean
    LANGUAGE plpgsql STABLE
    AS $_$
declare
    found boolean;
begin
    execute 'select exists (select from product_market m join product p using (tenant_id, product_id)
                            where m.tenant_id = $1 and is_visible(p) and matches_filter(p, m, $2))'
    into found using tenant, test;
    return found;
end $_$;

CREATE FUNCTION public.for_sale(region text, sold_out boolean) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $_$
    select ' from product_market m join product p using (tenant_id, product_id)'
        || case when region is null then '' else
           ' left join product_region r on r.tenant_id = $1 and r.market_id = $2 and r.region = $4 and r.product_id = m.product_id
             cross join lateral (select case when r.product_id is null then m else in_region(m, r) end as m) as offer' end
        || ' where m.tenant_id = $1 and m.market_id = $2 and is_visible(p)'
        || case when sold_out then '' when region is null then ' and m.available' else ' and coalesce(r.available, m.available)' end
$_$;

CREATE TABLE public.product (
    tenant_id text NOT NULL,
    product_id text NOT NULL,
    group_id text,
    sku text,
    title text NOT NULL,
    description text,
    brand text,
    genre text,
    item_type text,
    category_ids text[] DEFAULT '{}'::text[] NOT NULL,
    image_urls text[] DEFAULT '{}'::text[] NOT NULL,
    page_url text,
    rating real,
    review_count integer DEFAULT 0 NOT NULL,
    attributes jsonb DEFAULT '{}'::jsonb NOT NULL,
    hidden boolean DEFAULT false NOT NULL,
    valid_from timestamp with time zone,
    valid_to timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    search_text tsvector GENERATED ALWAYS AS (((setweight(to_tsvector('simple'::regconfig, title), 'A'::"char") || setweight(to_tsvector('simple'::regconfig, COALESCE(brand, ''::text)), 'B'::"char")) || setweight(to_tsvector('simple'::regconfig, "left"(COALESCE(description, ''::text), 2000)), 'D'::"char"))) STORED NOT NULL,
    attribute_pairs text[] GENERATED ALWAYS AS (public.attribute_pairs(attributes)) STORED NOT NULL,
    CONSTRAINT product_product_id_check CHECK (((length(product_id) >= 1) AND (length(product_id) <= 256))),
    CONSTRAINT product_rating_check CHECK ((rating >= (0)::double precision)),
    CONSTRAINT product_review_count_check CHECK ((review_count >= 0))
);

CREATE TABLE public.product_locale (
    tenant_id text NOT NULL,
    locale text NOT NULL,
    product_id text NOT NULL,
    title text,
    description text,
    page_url text,
    search_text tsvector GENERATED ALWAYS AS ((setweight(to_tsvector('simple'::regconfig, COALESCE(title, ''::text)), 'A'::"char") || setweight(to_tsvector('simple'::regconfig, "left"(COALESCE(description, ''::text), 2000)), 'D'::"char"))) STORED NOT NULL
);

CREATE TABLE public.product_market (
    tenant_id text NOT NULL,
    market_id text NOT NULL,
    product_id text NOT NULL,
    price_minor bigint NOT NULL,
    sale_price_minor bigint,
    available boolean DEFAULT true NOT NULL,
    quantity integer,
    title text,
    page_url text,
    first_seen timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT product_market_price_minor_check CHECK (((price_minor >= 0) AND (price_minor <= '9007199254740991'::bigint))),
    CONSTRAINT product_market_sale_price_minor_check CHECK (((sale_price_minor >= 0) AND (sale_price_minor <= '9007199254740991'::bigint)))
);

CREATE FUNCTION public.goods(tenant text, market text, place text, tongue text, ids text[]) RETURNS TABLE(p public.product, m public.product_market, l public.product_locale, price_description text)
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
    select p, case when r.product_id is null then m else in_region(m, r) end, l, r.price_description
    from product_market m
    join product p using (tenant_id, product_id)
    left join product_region r on r.tenant_id = m.tenant_id and r.market_id = m.market_id and r.region = place
                              and r.product_id = m.product_id
    left join product_locale l on l.tenant_id = m.tenant_id and l.locale = tongue and l.product_id = m.product_id
    where m.tenant_id = tenant and m.market_id = market and m.product_id = any (ids) and is_visible(p)
$$;

CREATE FUNCTION public.has_one_of_each(pairs text[], wanted jsonb) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    select coalesce(bool_and(pairs && array(select jsonb_array_elements_text(each))), true) from jsonb_array_elements(wanted) as each
$$;

CREATE TABLE public.product_region (
    tenant_id text NOT NULL,
    market_id text NOT NULL,
    region text NOT NULL,
    product_id text NOT NULL,
    price_minor bigint,
    sale_price_minor bigint,
    available boolean,
    quantity integer,
    page_url text,
    price_description text,
    CONSTRAINT product_region_check CHECK (((price_minor IS NOT NULL) OR (sale_price_minor IS NULL))),
    CONSTRAINT product_region_price_minor_check CHECK (((price_minor >= 0) AND (price_minor <= '9007199254740991'::bigint))),
    CONSTRAINT product_region_region_check CHECK (((length(region) >= 1) AND (length(region) <= 64))),
    CONSTRAINT product_region_sale_price_minor_check CHECK (((sale_price_minor >= 0) AND (sale_price_minor <= '9007199254740991'::bigint)))
);

CREATE FUNCTION public.in_region(m public.product_market, r public.product_region) RETURNS public.product_market
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    select row(m.tenant_id, m.market_id, m.product_id, coalesce(r.price_minor, m.price_minor),
               case when r.price_minor is null then m.sale_price_minor else r.sale_price_minor end,
               coalesce(r.available, m.available), coalesce(r.quantity, m.quantity), m.title, coalesce(r.page_url, m.page_url),
               m.first_seen)::product_market
$$;

CREATE FUNCTION public.is_visible(p public.product) RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
    select not p.hidden and (p.valid_from is null or p.valid_from <= now()) and (p.valid_to is null or p.valid_to > now())
$$;

CREATE FUNCTION public.is_welcome(product_id text, brand text, category_ids text[], products text[], brands text[], categories text[]) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    select not coalesce(product_id = any (products), false) and not coalesce(brand = any (brands), false)
       and not coalesce(category_ids && categories, false)
$$;

CREATE FUNCTION public.kin(tenant text, owners text[]) RETURNS text[]
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
    select array(
        select unnest(owners)
        union
        select 'u:' || l.user_id from session_link l
        where l.tenant_id = tenant
          and l.session_id = any (array(select substr(own, 3) from unnest(owners) as own where own like 's:%'))
        union
        (select 's:' || l.session_id from session_link l
         where l.tenant_id = tenant
           and l.user_id = any (array(select substr(own, 3) from unnest(owners) as own where own like 'u:%'))
         order by l.linked_at desc
         limit 5))
$$;

CREATE FUNCTION public.learn_words() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    execute format(
        'insert into search_word (tenant_id, word)
         select distinct told.tenant_id, said
         from told, unnest(tsvector_to_array(to_tsvector(''simple'', %s))) as each (said)
         where length(said) between 2 and 64
           and not exists (select from search_word known where known.tenant_id = told.tenant_id and known.word = said)
         order by 1, 2
         on conflict do nothing', tg_argv[0]);
    return null;
end $$;

CREATE FUNCTION public.likely_query(tenant text, term text) RETURNS tsquery
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
    with meant as (
        select word.said,
               coalesce((select array[known.word] from search_word known where known.tenant_id = tenant and known.word = word.said),
                        (select array_agg(known.word)
                         from search_word known
                         where known.tenant_id = tenant and known.letters = sorted_letters(word.said)),
                        (select array_agg(alike.word)
                         from (select known.word from search_word known
                               where known.tenant_id = tenant and known.word % word.said
                               order by similarity(known.word, word.said) desc, known.word
                               limit 5) as alike)) as words
        from unnest(tsvector_to_array(to_tsvector('simple', regexp_replace(term, '(^|\s)-("[^"]*"|\S+)', ' ', 'g')))) as word (said)
        limit 10
    ), written as (
        select string_agg((
                   select '(' || string_agg('''' || replace(replace(each, '\', '\\'), '''', '''''') || '''', '|') || ')'
                   from unnest(words) as each), '&') as query
        from meant
        having bool_and(words is not null) and bool_or(words <> array[said])
    ), left_out as (
        select string_agg(found[2], ' or ') as words from regexp_matches(term, '(^|\s)-("[^"]*"|\S+)', 'g') as found
    )
    select case when words is null then query::tsquery else query::tsquery && !!websearch_to_tsquery('simple', words) end
    from written, left_out
$$;

CREATE FUNCTION public.mark_event_days() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    insert into event_mark (tenant_id, day, events)
    select tenant_id, (happened_at at time zone 'UTC')::date, count(*) from changed_rows group by 1, 2;
    return null;
end $$;

CREATE FUNCTION public.matches_filter(p public.product, m public.product_market, f public.product_filter) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
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

CREATE FUNCTION public.newest_products(tenant text, market text, region text, wanted integer, tests public.product_filter[], ask public.page_ask, refused public.product_filter, grouped boolean) RETURNS SETOF text
    LANGUAGE plpgsql STABLE
    SET plan_cache_mode TO 'force_custom_plan'
    AS $_$
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
end $_$;

CREATE FUNCTION public.round_bounds(values_at double precision[]) RETURNS double precision[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    select coalesce(array_agg(distinct rounded order by rounded), '{}')
    from (
        select case when gap > 0 then round(at / unit.size) * unit.size else at end as rounded
        from (
            select at, least(lead(at) over (order by at) - at, at - lag(at) over (order by at)) as gap
            from (select distinct unnest(values_at) as at) as each
        ) spaced
        cross join lateral (select case when gap > 0 then power(10::float8, floor(log(gap::numeric)::float8)) end as size) as unit
    ) as neat
$$;

CREATE FUNCTION public.search_query(term text) RETURNS tsquery
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    select case when querytree(websearch_to_tsquery('simple', term)) in ('', 'T') then null else websearch_to_tsquery('simple', term) end
$$;

CREATE FUNCTION public.shelves_named(tenant text, query tsquery) RETURNS text[]
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
    with recursive shelf as (
        select category_id from category where tenant_id = tenant and to_tsvector('simple', name) @@ query
        union
        select below.category_id from shelf join category below on below.tenant_id = tenant and below.parent_id = shelf.category_id
    )
    select array(select category_id from shelf)
$$;

CREATE FUNCTION public.sorted_letters(word text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    select string_agg(letter, '' order by letter collate "C") from unnest(string_to_array(word, null)) as letter
$$;

CREATE FUNCTION public.stage_catalog() RETURNS void
    LANGUAGE plpgsql
    AS $$
begin
    if to_regclass('pg_temp.staged_product') is null then
        create temp table staged_product on commit delete rows as
            select 0 as number, tenant_id, product_id, group_id, sku, title, description, brand, genre, item_type, category_ids,
                   image_urls, page_url, rating, review_count, attributes, hidden, valid_from, valid_to
            from product with no data;
        create temp table staged_offer on commit delete rows as
            select 0 as number, tenant_id, market_id, product_id, price_minor, sale_price_minor, available, quantity, title, page_url
            from product_market with no data;
        create temp table staged_region on commit delete rows as
            select 0 as number, tenant_id, market_id, region, product_id, price_minor, sale_price_minor, available, quantity, page_url,
                   price_description
            from product_region with no data;
        create temp table staged_wording on commit delete rows as
            select 0 as number, tenant_id, locale, product_id, title, description, page_url
            from product_locale with no data;
    end if;
end $$;

CREATE FUNCTION public.stage_events() RETURNS void
    LANGUAGE plpgsql
    AS $$
begin
    if to_regclass('pg_temp.staged_event') is null then
        create temp table staged_event (
            number int not null, event_key bytea not null, fresh boolean not null default false,
            like event
        ) on commit delete rows;
        alter table staged_event alter received_at set default now(), alter line set default 0, alter whole set default false;
    end if;
end $$;

CREATE FUNCTION public.told(p public.product, m public.product_market, l public.product_locale) RETURNS TABLE(product_id text, group_id text, sku text, title text, description text, brand text, genre text, item_type text, category_ids text[], price_minor bigint, sale_price_minor bigint, available boolean, quantity integer, image_urls text[], page_url text, rating real, review_count integer, attributes jsonb)
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    select p.product_id, p.group_id, p.sku, coalesce(l.title, m.title, p.title), coalesce(l.description, p.description), p.brand,
           p.genre, p.item_type, p.category_ids, m.price_minor, m.sale_price_minor, m.available, m.quantity, p.image_urls,
           coalesce(l.page_url, m.page_url, p.page_url), p.rating, p.review_count, p.attributes
$$;

CREATE FUNCTION public.watch_deletes(watched regclass) RETURNS void
    LANGUAGE plpgsql
    AS $$
begin
    execute format('create trigger bump_on_delete after delete on %s referencing old table as changed_rows
                    for each statement execute function bump_tenant_version_on_delete()', watched);
end $$;

CREATE FUNCTION public.watch_table(watched regclass) RETURNS void
    LANGUAGE plpgsql
    AS $$
begin
    execute format('create trigger bump_on_insert after insert on %s referencing new table as changed_rows
                    for each statement execute function bump_tenant_version()', watched);
    execute format('create trigger bump_on_update after update on %s referencing new table as changed_rows
                    for each statement execute function bump_tenant_version()', watched);
end $$;

CREATE FUNCTION public.watch_words(watched regclass, words text) RETURNS void
    LANGUAGE plpgsql
    AS $$
begin
    execute format('create trigger learn_on_insert after insert on %s referencing new table as told
                    for each statement execute function learn_words(%L)', watched, words);
    execute format('create trigger learn_on_update after update on %s referencing new table as told
                    for each statement execute function learn_words(%L)', watched, words);
end $$;

CREATE TABLE public.api_key (
    tenant_id text NOT NULL,
    key_id uuid DEFAULT gen_random_uuid() NOT NULL,
    name text NOT NULL,
    secret_sha256 bytea NOT NULL,
    scopes text[] NOT NULL,
    allowed_origins text[] DEFAULT '{}'::text[] NOT NULL,
    channel text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone,
    revoked_at timestamp with time zone,
    CONSTRAINT api_key_scopes_check CHECK (((scopes <@ '{STOREFRONT,SERVER,ANALYST,ADMIN,PREVIEW}'::text[]) AND (cardinality(scopes) > 0))),
    CONSTRAINT api_key_secret_sha256_check CHECK ((length(secret_sha256) = 32))
);

CREATE TABLE public.audit_log (
    tenant_id text NOT NULL,
    audit_id bigint NOT NULL,
    happened_at timestamp with time zone DEFAULT now() NOT NULL,
    actor text NOT NULL,
    action text NOT NULL,
    object text NOT NULL,
    before jsonb,
    after jsonb
);

ALTER TABLE public.audit_log ALTER COLUMN audit_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.audit_log_audit_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.category (
    tenant_id text NOT NULL,
    category_id text NOT NULL,
    name text NOT NULL,
    parent_id text,
    active boolean DEFAULT true NOT NULL,
    CONSTRAINT category_check CHECK ((parent_id <> category_id))
);

CREATE TABLE public.curated_list (
    tenant_id text NOT NULL,
    list_id text NOT NULL,
    market_id text,
    seed_product_id text,
    seed_category_id text,
    user_id text,
    product_ids text[] NOT NULL,
    scores real[] NOT NULL,
    valid_from timestamp with time zone,
    valid_to timestamp with time zone,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT curated_list_check CHECK ((cardinality(scores) = cardinality(product_ids))),
    CONSTRAINT curated_list_product_ids_check CHECK (((cardinality(product_ids) >= 1) AND (cardinality(product_ids) <= 1000)))
);

CREATE TABLE public.event (
    tenant_id text NOT NULL,
    event_id text NOT NULL,
    line smallint DEFAULT 0 NOT NULL,
    type text NOT NULL,
    happened_at timestamp with time zone NOT NULL,
    received_at timestamp with time zone DEFAULT now() NOT NULL,
    session_id text,
    user_id text,
    claimed_user_id text,
    visitor_id text,
    market_id text,
    channel text,
    scope text NOT NULL,
    product_id text,
    quantity integer,
    unit_price_minor bigint,
    currency text,
    order_id text,
    recommendation_id uuid,
    view_id uuid,
    list_id uuid,
    placement_id text,
    "position" smallint,
    search_term text,
    category_id text,
    value double precision,
    properties jsonb,
    apart text,
    whole boolean DEFAULT false NOT NULL,
    batch_id bigint,
    CONSTRAINT event_apart_check CHECK ((apart = ANY (ARRAY['BOT'::text, 'INTEGRATION'::text])))
)
PARTITION BY RANGE (happened_at);

CREATE TABLE public.event_batch (
    batch_id bigint NOT NULL,
    tenant_id text NOT NULL,
    day date NOT NULL
);

CREATE SEQUENCE public.event_batch_number
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

CREATE TABLE public.event_day (
    tenant_id text NOT NULL,
    day date NOT NULL,
    version bigint NOT NULL,
    events bigint NOT NULL
);

CREATE TABLE public.event_key (
    tenant_id text NOT NULL,
    event_key bytea NOT NULL,
    day date NOT NULL
);

CREATE TABLE public.event_mark (
    tenant_id text NOT NULL,
    day date NOT NULL,
    events bigint NOT NULL
);

CREATE TABLE public.event_type (
    tenant_id text NOT NULL,
    name text NOT NULL,
    weight double precision NOT NULL,
    half_life_days double precision,
    CONSTRAINT event_type_half_life_days_check CHECK (((half_life_days >= (0.01)::double precision) AND (half_life_days <= (3650)::double precision))),
    CONSTRAINT event_type_name_check CHECK ((name ~ '^[a-z][a-z0-9_]{0,31}$'::text)),
    CONSTRAINT event_type_weight_check CHECK (((weight >= (0)::double precision) AND (weight <= (1000)::double precision)))
);

CREATE TABLE public.market (
    tenant_id text NOT NULL,
    market_id text NOT NULL,
    currency text NOT NULL,
    locales text[] DEFAULT '{}'::text[] NOT NULL,
    CONSTRAINT market_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT market_market_id_check CHECK ((market_id ~ '^[a-z0-9][a-z0-9_-]{0,31}$'::text))
);

CREATE TABLE public.placement (
    tenant_id text NOT NULL,
    placement_id text NOT NULL,
    strategies text[] NOT NULL,
    count integer NOT NULL,
    messages jsonb DEFAULT '{}'::jsonb NOT NULL,
    fallback boolean DEFAULT true NOT NULL,
    require_available boolean DEFAULT true NOT NULL,
    deadline_ms integer DEFAULT 250 NOT NULL,
    parameters jsonb DEFAULT '{}'::jsonb NOT NULL,
    status text DEFAULT 'LIVE'::text NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_by text DEFAULT 'endcap'::text NOT NULL,
    diversity double precision DEFAULT 1 NOT NULL,
    rotation boolean DEFAULT false NOT NULL,
    CONSTRAINT placement_count_check CHECK (((count >= 1) AND (count <= 128))),
    CONSTRAINT placement_deadline_ms_check CHECK (((deadline_ms >= 1) AND (deadline_ms <= 10000))),
    CONSTRAINT placement_diversity_check CHECK (((diversity >= (0)::double precision) AND (diversity <= (1)::double precision))),
    CONSTRAINT placement_placement_id_check CHECK ((placement_id ~ '^[a-z_]+_page\.[a-z0-9_]+$'::text)),
    CONSTRAINT placement_status_check CHECK ((status = ANY (ARRAY['DRAFT'::text, 'LIVE'::text]))),
    CONSTRAINT placement_strategies_check CHECK ((cardinality(strategies) > 0))
);

CREATE TABLE public.preference (
    tenant_id text NOT NULL,
    owner text NOT NULL,
    kind text NOT NULL,
    id text NOT NULL,
    action text NOT NULL,
    said_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT preference_action_check CHECK ((action = ANY (ARRAY['LIKE'::text, 'DISLIKE'::text, 'NEVER_RECOMMEND'::text]))),
    CONSTRAINT preference_kind_check CHECK ((kind = ANY (ARRAY['PRODUCT'::text, 'CATEGORY'::text, 'BRAND'::text, 'STORE'::text])))
);

CREATE TABLE public.recent_event (
    tenant_id text NOT NULL,
    owner text NOT NULL,
    happened_at timestamp with time zone NOT NULL,
    event_id text NOT NULL,
    line smallint NOT NULL,
    type text NOT NULL,
    product_id text NOT NULL
);

CREATE TABLE public.recent_sight (
    tenant_id text NOT NULL,
    owner text NOT NULL,
    product_id text NOT NULL,
    sights integer NOT NULL,
    seen_at timestamp with time zone NOT NULL
);

CREATE TABLE public.release (
    tenant_id text NOT NULL,
    release_id text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    manifest jsonb NOT NULL,
    refused text,
    serving boolean DEFAULT false NOT NULL,
    retired_at timestamp with time zone,
    CONSTRAINT release_check CHECK ((NOT (serving AND (refused IS NOT NULL))))
);

CREATE TABLE public.rule (
    tenant_id text NOT NULL,
    rule_id uuid DEFAULT gen_random_uuid() NOT NULL,
    kind text NOT NULL,
    placement_id text,
    priority integer DEFAULT 0 NOT NULL,
    conditions jsonb DEFAULT '{}'::jsonb NOT NULL,
    match jsonb DEFAULT '{}'::jsonb NOT NULL,
    slot integer,
    weight double precision,
    cap integer,
    starts_at timestamp with time zone,
    ends_at timestamp with time zone,
    time_zone text,
    status text DEFAULT 'DRAFT'::text NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_by text DEFAULT 'endcap'::text NOT NULL,
    CONSTRAINT rule_kind_check CHECK ((kind = ANY (ARRAY['INCLUDE'::text, 'EXCLUDE'::text, 'BOOST'::text, 'BURY'::text, 'PIN'::text, 'CAP'::text, 'PRICE_BAND'::text]))),
    CONSTRAINT rule_status_check CHECK ((status = ANY (ARRAY['DRAFT'::text, 'LIVE'::text])))
);

CREATE TABLE public.schema_migration (
    version text NOT NULL,
    checksum text NOT NULL,
    applied_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE public.search_word (
    tenant_id text NOT NULL,
    word text NOT NULL,
    letters text GENERATED ALWAYS AS (public.sorted_letters(word)) STORED NOT NULL
);

CREATE TABLE public.served_view (
    tenant_id text NOT NULL,
    view_id uuid NOT NULL,
    served_at timestamp with time zone NOT NULL,
    market_id text NOT NULL,
    locale text NOT NULL,
    channel text,
    session_id text,
    user_id text,
    visitor_id text,
    release_id text,
    page jsonb NOT NULL,
    lists jsonb NOT NULL,
    preview boolean DEFAULT false NOT NULL
)
PARTITION BY RANGE (served_at);

CREATE TABLE public.session_link (
    tenant_id text NOT NULL,
    session_id text NOT NULL,
    user_id text NOT NULL,
    linked_at timestamp with time zone NOT NULL
);

CREATE TABLE public.shop_user (
    tenant_id text NOT NULL,
    user_id text NOT NULL,
    hidden boolean DEFAULT false NOT NULL,
    attributes jsonb DEFAULT '{}'::jsonb NOT NULL,
    tracking_blocked boolean DEFAULT false NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE public.tenant (
    tenant_id text NOT NULL,
    name text NOT NULL,
    time_zone text DEFAULT 'UTC'::text NOT NULL,
    rates jsonb DEFAULT '{}'::jsonb NOT NULL,
    retention_days integer DEFAULT 730 NOT NULL,
    attribution_days integer DEFAULT 7 NOT NULL,
    page_hosts text[] DEFAULT '{}'::text[] NOT NULL,
    page_url_pattern text DEFAULT '/products/{id}'::text NOT NULL,
    identity_secret text,
    keyless boolean DEFAULT false NOT NULL,
    release_minutes integer DEFAULT 1440 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    cursor_secret text DEFAULT replace(((gen_random_uuid())::text || (gen_random_uuid())::text), '-'::text, ''::text) NOT NULL,
    CONSTRAINT tenant_attribution_days_check CHECK (((attribution_days >= 1) AND (attribution_days <= 90))),
    CONSTRAINT tenant_page_url_pattern_check CHECK ((page_url_pattern ~~ '%{id}%'::text)),
    CONSTRAINT tenant_release_minutes_check CHECK ((release_minutes >= 1)),
    CONSTRAINT tenant_retention_days_check CHECK (((retention_days >= 1) AND (retention_days <= 3650))),
    CONSTRAINT tenant_tenant_id_check CHECK ((tenant_id ~ '^[a-z0-9][a-z0-9_-]{0,62}$'::text))
);

CREATE TABLE public.tenant_version (
    tenant_id text NOT NULL,
    version bigint NOT NULL
);

CREATE TABLE public.training (
    tenant_id text NOT NULL,
    began_at timestamp with time zone NOT NULL,
    state text
);

CREATE TABLE public.user_identity (
    tenant_id text NOT NULL,
    kind text NOT NULL,
    value text NOT NULL,
    user_id text NOT NULL,
    linked_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT user_identity_kind_check CHECK ((kind = ANY (ARRAY['email'::text, 'phone'::text, 'external'::text, 'visitor'::text, 'contact'::text]))),
    CONSTRAINT user_identity_value_check CHECK ((value <> ''::text))
);

CREATE TABLE public.visitor_session (
    tenant_id text NOT NULL,
    session_id text NOT NULL,
    visitor_id text,
    started_at timestamp with time zone NOT NULL,
    last_seen timestamp with time zone NOT NULL
);

ALTER TABLE ONLY public.api_key
    ADD CONSTRAINT api_key_pkey PRIMARY KEY (tenant_id, key_id);

ALTER TABLE ONLY public.api_key
    ADD CONSTRAINT api_key_secret_sha256_key UNIQUE (secret_sha256);

ALTER TABLE ONLY public.audit_log
    ADD CONSTRAINT audit_log_pkey PRIMARY KEY (tenant_id, audit_id);

ALTER TABLE ONLY public.category
    ADD CONSTRAINT category_pkey PRIMARY KEY (tenant_id, category_id);

ALTER TABLE ONLY public.curated_list
    ADD CONSTRAINT curated_list_pkey PRIMARY KEY (tenant_id, list_id);

ALTER TABLE ONLY public.event_batch
    ADD CONSTRAINT event_batch_pkey PRIMARY KEY (tenant_id, day, batch_id);

ALTER TABLE ONLY public.event_day
    ADD CONSTRAINT event_day_pkey PRIMARY KEY (tenant_id, day);

ALTER TABLE ONLY public.event_key
    ADD CONSTRAINT event_key_pkey PRIMARY KEY (tenant_id, event_key);

ALTER TABLE ONLY public.event_type
    ADD CONSTRAINT event_type_pkey PRIMARY KEY (tenant_id, name);

ALTER TABLE ONLY public.market
    ADD CONSTRAINT market_pkey PRIMARY KEY (tenant_id, market_id);

ALTER TABLE ONLY public.placement
    ADD CONSTRAINT placement_pkey PRIMARY KEY (tenant_id, placement_id, status);

ALTER TABLE ONLY public.preference
    ADD CONSTRAINT preference_pkey PRIMARY KEY (tenant_id, owner, kind, id);

ALTER TABLE ONLY public.product_locale
    ADD CONSTRAINT product_locale_pkey PRIMARY KEY (tenant_id, locale, product_id);

ALTER TABLE ONLY public.product_market
    ADD CONSTRAINT product_market_pkey PRIMARY KEY (tenant_id, market_id, product_id);

ALTER TABLE ONLY public.product
    ADD CONSTRAINT product_pkey PRIMARY KEY (tenant_id, product_id);

ALTER TABLE ONLY public.product_region
    ADD CONSTRAINT product_region_pkey PRIMARY KEY (tenant_id, market_id, region, product_id);

ALTER TABLE ONLY public.recent_event
    ADD CONSTRAINT recent_event_pkey PRIMARY KEY (tenant_id, owner, happened_at, event_id, line);

ALTER TABLE ONLY public.recent_sight
    ADD CONSTRAINT recent_sight_pkey PRIMARY KEY (tenant_id, owner, product_id);

ALTER TABLE ONLY public.release
    ADD CONSTRAINT release_pkey PRIMARY KEY (tenant_id, release_id);

ALTER TABLE ONLY public.rule
    ADD CONSTRAINT rule_pkey PRIMARY KEY (tenant_id, rule_id, status);

ALTER TABLE ONLY public.schema_migration
    ADD CONSTRAINT schema_migration_pkey PRIMARY KEY (version);

ALTER TABLE ONLY public.search_word
    ADD CONSTRAINT search_word_pkey PRIMARY KEY (tenant_id, word);

ALTER TABLE ONLY public.served_view
    ADD CONSTRAINT served_view_pkey PRIMARY KEY (tenant_id, view_id, served_at);

ALTER TABLE ONLY public.session_link
    ADD CONSTRAINT session_link_pkey PRIMARY KEY (tenant_id, session_id, user_id);

ALTER TABLE ONLY public.shop_user
    ADD CONSTRAINT shop_user_pkey PRIMARY KEY (tenant_id, user_id);

ALTER TABLE ONLY public.tenant
    ADD CONSTRAINT tenant_pkey PRIMARY KEY (tenant_id);

ALTER TABLE ONLY public.tenant_version
    ADD CONSTRAINT tenant_version_pkey PRIMARY KEY (tenant_id);

ALTER TABLE ONLY public.training
    ADD CONSTRAINT training_pkey PRIMARY KEY (tenant_id);

ALTER TABLE ONLY public.user_identity
    ADD CONSTRAINT user_identity_pkey PRIMARY KEY (tenant_id, kind, value);

ALTER TABLE ONLY public.visitor_session
    ADD CONSTRAINT visitor_session_pkey PRIMARY KEY (tenant_id, session_id);

CREATE INDEX audit_log_object ON public.audit_log USING btree (tenant_id, object, audit_id);

CREATE INDEX curated_list_category ON public.curated_list USING btree (tenant_id, seed_category_id) WHERE (seed_category_id IS NOT NULL);

CREATE INDEX curated_list_everyone ON public.curated_list USING btree (tenant_id, list_id) WHERE ((seed_product_id IS NULL) AND (seed_category_id IS NULL) AND (user_id IS NULL));

CREATE INDEX curated_list_product ON public.curated_list USING btree (tenant_id, seed_product_id) WHERE (seed_product_id IS NOT NULL);

CREATE INDEX curated_list_user ON public.curated_list USING btree (tenant_id, user_id) WHERE (user_id IS NOT NULL);

CREATE INDEX event_batch_of ON ONLY public.event USING brin (batch_id);

CREATE INDEX event_key_day ON public.event_key USING brin (day);

CREATE INDEX event_session ON ONLY public.event USING btree (tenant_id, session_id, happened_at);

CREATE INDEX event_user ON ONLY public.event USING btree (tenant_id, user_id, happened_at) WHERE (user_id IS NOT NULL);

CREATE INDEX product_attributes ON public.product USING gin (attribute_pairs);

CREATE INDEX product_brand ON public.product USING btree (tenant_id, brand);

CREATE INDEX product_categories ON public.product USING gin (category_ids);

CREATE INDEX product_created ON public.product USING btree (tenant_id, created_at);

CREATE INDEX product_group ON public.product USING btree (tenant_id, group_id) WHERE (group_id IS NOT NULL);

CREATE INDEX product_market_newest ON public.product_market USING btree (tenant_id, market_id, first_seen DESC, product_id) WHERE available;

CREATE INDEX product_search ON public.product USING gin (search_text);

CREATE INDEX product_title_words ON public.product USING gin (to_tsvector('simple'::regconfig, title));

CREATE INDEX recent_sight_age ON public.recent_sight USING btree (tenant_id, owner, seen_at DESC);

CREATE UNIQUE INDEX release_serving ON public.release USING btree (tenant_id) WHERE serving;

CREATE INDEX search_word_letters ON public.search_word USING gin (word public.gin_trgm_ops);

CREATE INDEX search_word_sorted ON public.search_word USING btree (tenant_id, letters);

CREATE INDEX session_link_user ON public.session_link USING btree (tenant_id, user_id);

CREATE INDEX user_identity_user ON public.user_identity USING btree (tenant_id, user_id);

CREATE TRIGGER bump_on_delete AFTER DELETE ON public.api_key REFERENCING OLD TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.bump_tenant_version_on_delete();

CREATE TRIGGER bump_on_delete AFTER DELETE ON public.category REFERENCING OLD TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.bump_tenant_version_on_delete();

CREATE TRIGGER bump_on_delete AFTER DELETE ON public.event_type REFERENCING OLD TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.bump_tenant_version_on_delete();

CREATE TRIGGER bump_on_delete AFTER DELETE ON public.market REFERENCING OLD TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.bump_tenant_version_on_delete();

CREATE TRIGGER bump_on_delete AFTER DELETE ON public.placement REFERENCING OLD TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.bump_tenant_version_on_delete();

CREATE TRIGGER bump_on_delete AFTER DELETE ON public.release REFERENCING OLD TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.bump_tenant_version_on_delete();

CREATE TRIGGER bump_on_delete AFTER DELETE ON public.rule REFERENCING OLD TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.bump_tenant_version_on_delete();

CREATE TRIGGER bump_on_insert AFTER INSERT ON public.api_key REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.bump_tenant_version();

CREATE TRIGGER bump_on_insert AFTER INSERT ON public.audit_log REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.bump_tenant_version();

CREATE TRIGGER bump_on_insert AFTER INSERT ON public.category REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.bump_tenant_version();

CREATE TRIGGER bump_on_insert AFTER INSERT ON public.event_type REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.bump_tenant_version();

CREATE TRIGGER bump_on_insert AFTER INSERT ON public.market REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.bump_tenant_version();

CREATE TRIGGER bump_on_insert AFTER INSERT ON public.placement REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.bump_tenant_version();

CREATE TRIGGER bump_on_insert AFTER INSERT ON public.release REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.bump_tenant_version();

CREATE TRIGGER bump_on_insert AFTER INSERT ON public.rule REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.bump_tenant_version();

CREATE TRIGGER bump_on_insert AFTER INSERT ON public.tenant REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.bump_tenant_version();

CREATE TRIGGER bump_on_update AFTER UPDATE ON public.api_key REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.bump_tenant_version();

CREATE TRIGGER bump_on_update AFTER UPDATE ON public.audit_log REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.bump_tenant_version();

CREATE TRIGGER bump_on_update AFTER UPDATE ON public.category REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.bump_tenant_version();

CREATE TRIGGER bump_on_update AFTER UPDATE ON public.event_type REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.bump_tenant_version();

CREATE TRIGGER bump_on_update AFTER UPDATE ON public.market REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.bump_tenant_version();

CREATE TRIGGER bump_on_update AFTER UPDATE ON public.placement REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.bump_tenant_version();

CREATE TRIGGER bump_on_update AFTER UPDATE ON public.release REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.bump_tenant_version();

CREATE TRIGGER bump_on_update AFTER UPDATE ON public.rule REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.bump_tenant_version();

CREATE TRIGGER bump_on_update AFTER UPDATE ON public.tenant REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.bump_tenant_version();

CREATE TRIGGER learn_on_insert AFTER INSERT ON public.category REFERENCING NEW TABLE AS told FOR EACH STATEMENT EXECUTE FUNCTION public.learn_words('told.name');

CREATE TRIGGER learn_on_insert AFTER INSERT ON public.product REFERENCING NEW TABLE AS told FOR EACH STATEMENT EXECUTE FUNCTION public.learn_words('concat_ws('' '', told.title, told.brand)');

CREATE TRIGGER learn_on_insert AFTER INSERT ON public.product_locale REFERENCING NEW TABLE AS told FOR EACH STATEMENT EXECUTE FUNCTION public.learn_words('coalesce(told.title, '''')');

CREATE TRIGGER learn_on_insert AFTER INSERT ON public.product_market REFERENCING NEW TABLE AS told FOR EACH STATEMENT EXECUTE FUNCTION public.learn_words('coalesce(told.title, '''')');

CREATE TRIGGER learn_on_update AFTER UPDATE ON public.category REFERENCING NEW TABLE AS told FOR EACH STATEMENT EXECUTE FUNCTION public.learn_words('told.name');

CREATE TRIGGER learn_on_update AFTER UPDATE ON public.product REFERENCING NEW TABLE AS told FOR EACH STATEMENT EXECUTE FUNCTION public.learn_words('concat_ws('' '', told.title, told.brand)');

CREATE TRIGGER learn_on_update AFTER UPDATE ON public.product_locale REFERENCING NEW TABLE AS told FOR EACH STATEMENT EXECUTE FUNCTION public.learn_words('coalesce(told.title, '''')');

CREATE TRIGGER learn_on_update AFTER UPDATE ON public.product_market REFERENCING NEW TABLE AS told FOR EACH STATEMENT EXECUTE FUNCTION public.learn_words('coalesce(told.title, '''')');

CREATE TRIGGER mark_on_delete AFTER DELETE ON public.event REFERENCING OLD TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.mark_event_days();

CREATE TRIGGER mark_on_insert AFTER INSERT ON public.event REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.mark_event_days();

CREATE TRIGGER mark_on_update AFTER UPDATE ON public.event REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.mark_event_days();

ALTER TABLE ONLY public.api_key
    ADD CONSTRAINT api_key_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(tenant_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.audit_log
    ADD CONSTRAINT audit_log_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(tenant_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.category
    ADD CONSTRAINT category_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(tenant_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.curated_list
    ADD CONSTRAINT curated_list_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(tenant_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.event_batch
    ADD CONSTRAINT event_batch_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(tenant_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.event_day
    ADD CONSTRAINT event_day_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(tenant_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.event_type
    ADD CONSTRAINT event_type_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(tenant_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.market
    ADD CONSTRAINT market_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(tenant_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.placement
    ADD CONSTRAINT placement_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(tenant_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.preference
    ADD CONSTRAINT preference_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(tenant_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.product_locale
    ADD CONSTRAINT product_locale_tenant_id_product_id_fkey FOREIGN KEY (tenant_id, product_id) REFERENCES public.product(tenant_id, product_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.product_market
    ADD CONSTRAINT product_market_tenant_id_market_id_fkey FOREIGN KEY (tenant_id, market_id) REFERENCES public.market(tenant_id, market_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.product_market
    ADD CONSTRAINT product_market_tenant_id_product_id_fkey FOREIGN KEY (tenant_id, product_id) REFERENCES public.product(tenant_id, product_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.product_region
    ADD CONSTRAINT product_region_tenant_id_market_id_product_id_fkey FOREIGN KEY (tenant_id, market_id, product_id) REFERENCES public.product_market(tenant_id, market_id, product_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.product
    ADD CONSTRAINT product_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(tenant_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.recent_event
    ADD CONSTRAINT recent_event_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(tenant_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.recent_sight
    ADD CONSTRAINT recent_sight_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(tenant_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.release
    ADD CONSTRAINT release_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(tenant_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.rule
    ADD CONSTRAINT rule_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(tenant_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.search_word
    ADD CONSTRAINT search_word_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(tenant_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.session_link
    ADD CONSTRAINT session_link_tenant_id_session_id_fkey FOREIGN KEY (tenant_id, session_id) REFERENCES public.visitor_session(tenant_id, session_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.session_link
    ADD CONSTRAINT session_link_tenant_id_user_id_fkey FOREIGN KEY (tenant_id, user_id) REFERENCES public.shop_user(tenant_id, user_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.shop_user
    ADD CONSTRAINT shop_user_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(tenant_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.tenant_version
    ADD CONSTRAINT tenant_version_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(tenant_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.training
    ADD CONSTRAINT training_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(tenant_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.user_identity
    ADD CONSTRAINT user_identity_tenant_id_user_id_fkey FOREIGN KEY (tenant_id, user_id) REFERENCES public.shop_user(tenant_id, user_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.visitor_session
    ADD CONSTRAINT visitor_session_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(tenant_id) ON DELETE CASCADE;
