-- What the migrations add up to. Written by `make schema`.

CREATE SCHEMA analytics;

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

CREATE TYPE public.someone AS (
	tenant_id text,
	person_id text,
	users text[],
	sessions text[],
	loose text[],
	visitors text[]
);

CREATE TYPE public.told_line AS (
	product_id text,
	quantity integer,
	unit_price_minor bigint,
	currency text
);

CREATE TYPE public.told_event AS (
	number integer,
	event_key bytea,
	tenant_id text,
	event_id text,
	type text,
	happened_at timestamp with time zone,
	session_id text,
	user_id text,
	claimed_user_id text,
	visitor_id text,
	market_id text,
	channel text,
	scope text,
	product_id text,
	quantity integer,
	unit_price_minor bigint,
	currency text,
	order_id text,
	recommendation_id uuid,
	view_id uuid,
	list_id uuid,
	placement_id text,
	"position" integer,
	search_term text,
	category_id text,
	value double precision,
	properties jsonb,
	apart text,
	lines public.told_line[],
	identity_kinds text[],
	identity_values text[]
);

CREATE TYPE public.told_exposure AS (
	number integer,
	session_id text,
	user_id text,
	visitor_id text,
	tenant_id text,
	experiment_id integer,
	phase smallint,
	policy integer,
	unit text,
	variant smallint,
	exposed_at timestamp with time zone,
	source text,
	propensity double precision,
	apart text,
	market_id text,
	device text,
	page_type text
);

CREATE FUNCTION analytics.decimals(currency text) RETURNS integer
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    select case
        when currency in ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF',
                          'XPF') then 0
        when currency in ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') then 3
        when currency in ('CLF', 'UYW') then 4
        else 2 end
$$;

CREATE FUNCTION analytics.in_units(minor numeric, currency text) RETURNS numeric
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    select round(minor / 10::numeric ^ analytics.decimals(currency), analytics.decimals(currency))
$$;

CREATE FUNCTION analytics.readable_tenants() RETURNS text[]
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
    select case when wanted is null then allowed
                when allowed is null or wanted = any (allowed) then array[wanted]
                else '{}' end
    from (select (select tenants from analytics_reader where role_name = session_user) as allowed,
                 nullif(current_setting('endcap.tenant', true), '') as wanted) as asked
$$;

CREATE FUNCTION public.absorb(tenant text, part text, whole text) RETURNS void
    LANGUAGE sql
    AS $$
    update shop_user set absorbed_by = whole where tenant_id = tenant and user_id = part;
    update shop_user set person_id = whole where tenant_id = tenant and (user_id = part or person_id = part);
    insert into relinked (tenant_id, user_id) values (tenant, part);
$$;

CREATE FUNCTION public.add_units() RETURNS void
    LANGUAGE plpgsql
    SET default_statistics_target TO '10'
    AS $$
begin
    analyze come_unit, gone_unit, phase_metric;
    insert into experiment_total as t
    select * from sum_units() as s
    where (n, y, yy, d, dd, yd, x, xx, xy, z, zz, xz, xd, yz, dz) <> (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
    order by experiment_id, phase, policy, variant, segment, value, closed, metric
    on conflict (experiment_id, phase, policy, variant, segment, value, closed, metric) do update
    set n = t.n + excluded.n, y = t.y + excluded.y, yy = t.yy + excluded.yy, d = t.d + excluded.d, dd = t.dd + excluded.dd,
        yd = t.yd + excluded.yd, x = t.x + excluded.x, xx = t.xx + excluded.xx, xy = t.xy + excluded.xy, z = t.z + excluded.z,
        zz = t.zz + excluded.zz, xz = t.xz + excluded.xz, xd = t.xd + excluded.xd, yz = t.yz + excluded.yz, dz = t.dz + excluded.dz;
    delete from experiment_total t
    using (select distinct experiment_id, phase from gone_unit) as g
    where t.experiment_id = g.experiment_id and t.phase = g.phase and t.n = 0;

    insert into experiment_day as t
    select experiment_id, phase, policy, variant, (exposed_at at time zone 'UTC')::date, sum(sign)
    from (select *, 1 as sign from come_unit union all select *, -1 from gone_unit) as u
    group by 1, 2, 3, 4, 5
    having sum(sign) <> 0
    order by 1, 2, 3, 4, 5
    on conflict (experiment_id, phase, policy, variant, day) do update set units = t.units + excluded.units;
    delete from experiment_day t
    using (select distinct experiment_id, phase from gone_unit) as g
    where t.experiment_id = g.experiment_id and t.phase = g.phase and t.units = 0;

    insert into experiment_product as t (experiment_id, phase, variant, product_id, units)
    select experiment_id, phase, variant, product_id, sum(sign)
    from (select *, 1 as sign from come_unit union all select *, -1 from gone_unit) as u
    cross join lateral unnest(u.shown) as stood (product_id)
    group by 1, 2, 3, 4
    having sum(sign) <> 0
    order by 1, 2, 3, 4
    on conflict (experiment_id, phase, variant, product_id) do update set units = t.units + excluded.units;
end $$;

CREATE FUNCTION public.add_users(batch public.told_event[]) RETURNS void
    LANGUAGE plpgsql
    AS $$
begin
    insert into shop_user (tenant_id, user_id)
    select distinct tenant_id, user_id from unnest(batch) where user_id is not null order by tenant_id, user_id
    on conflict do nothing;
end $$;

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

CREATE FUNCTION public.await_reckoning(tenant text) RETURNS boolean
    LANGUAGE plpgsql
    SET lock_timeout TO '3s'
    AS $$
begin
    perform pg_advisory_xact_lock(hashtextextended('endcap.reckoning.' || tenant, 0));
    return true;
exception when lock_not_available then
    return false;
end $$;

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

CREATE FUNCTION public.claim_events(batch public.told_event[], hoping boolean) RETURNS integer[]
    LANGUAGE plpgsql
    AS $$
declare
    tenants text[];
    keys    bytea[];
begin
    if hoping then
        begin
            insert into event_key (tenant_id, event_key, day)
            select tenant_id, event_key, (happened_at at time zone 'UTC')::date
            from unnest(batch)
            order by tenant_id, event_key;
            return '{}';
        exception when unique_violation then
            null;
        end;
    end if;
    with claimed as (
        insert into event_key (tenant_id, event_key, day)
        select tenant_id, event_key, (happened_at at time zone 'UTC')::date
        from unnest(batch)
        order by tenant_id, event_key
        on conflict do nothing
        returning tenant_id, event_key
    )
    select coalesce(array_agg(tenant_id), '{}'), coalesce(array_agg(event_key), '{}') into tenants, keys from claimed;
    return array(select number from unnest(batch) where (tenant_id, event_key) not in (select * from unnest(tenants, keys)));
end $$;

CREATE FUNCTION public.clear_attribution() RETURNS void
    LANGUAGE plpgsql
    AS $$
begin
    truncate told, told_touch, shown, heard_touch, before_touch, after_touch, gone_touch, come_touch, stirred, relinked_session,
             relinked_user, dirty_order, heard_conversion, before_conversion, after_conversion, dirty_conversion;
end $$;

CREATE FUNCTION public.collect_sums() RETURNS void
    LANGUAGE plpgsql
    SET default_statistics_target TO '10'
    AS $$
begin
    analyze come_unit, phase_metric;
    insert into part_sum select * from sum_units();
    insert into part_day
    select experiment_id, phase, policy, variant, (exposed_at at time zone 'UTC')::date, count(*) from come_unit group by 1, 2, 3, 4, 5;
    insert into part_product
    select experiment_id, phase, variant, product_id, count(*), 0 from come_unit cross join lateral unnest(shown) as stood (product_id)
    group by 1, 2, 3, 4;
    truncate come_unit;
end $$;

CREATE FUNCTION public.concerns(tenant text, person text, session text, known text, moment timestamp with time zone) RETURNS boolean
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    AS $$
declare
    whose text := user_of(tenant, session, known, moment);
begin
    if whose is not null or person is null then
        return whose is not distinct from person;
    end if;
    return not exists (select from session_link l where l.tenant_id = tenant and l.session_id = session
                                                    and l.user_id = any (whole_of(tenant, person)));
end $$;

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

CREATE FUNCTION public.counted(done jsonb, name text, number bigint) RETURNS jsonb
    LANGUAGE sql IMMUTABLE
    AS $$
    select case when number = 0 then done else done || jsonb_build_object(name, coalesce((done ->> name)::bigint, 0) + number) end
$$;

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

CREATE FUNCTION public.days_of_tables() RETURNS TABLE(parent text, child text, day date)
    LANGUAGE sql STABLE
    AS $_$
    select p.relname, c.relname, to_date(right(c.relname, 8), 'YYYYMMDD')
    from pg_inherits
    join pg_class p on p.oid = inhparent
    join pg_class c on c.oid = inhrelid
    where c.relnamespace = 'public'::regnamespace and c.relname ~ '_[0-9]{8}$'
$_$;

CREATE FUNCTION public.drop_day(child text) RETURNS boolean
    LANGUAGE plpgsql
    SET lock_timeout TO '300ms'
    AS $$
declare
    part record;
begin
    perform pg_advisory_xact_lock(hashtextextended('endcap.partitions', 0));
    select d.parent, d.day into part from days_of_tables() d where d.child = drop_day.child;
    if not found then
        return false;
    end if;
    execute format('lock table only %I in access exclusive mode', part.parent);
    if part.day < (select min(kept_since(retention_days)) from tenant) then
        execute format('drop table %I', child);
        return true;
    end if;
    return false;
end $$;

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
        continue when exists (select from pg_class c where c.relname = child and c.relnamespace = 'public'::regnamespace);
        execute format('create table %I (like %s including all excluding identity)', child, parent);
        execute format('alter table %s attach partition %I for values from (%L) to (%L)',
                       parent, child, day::timestamp at time zone 'UTC', (day + 1)::timestamp at time zone 'UTC');
    end loop;
end $$;

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

CREATE FUNCTION public.events_of(s public.someone) RETURNS TABLE(part oid, place tid, e public.event)
    LANGUAGE sql STABLE
    AS $$
    select e.tableoid, e.ctid, e from event e where e.tenant_id = s.tenant_id and e.user_id = any (s.users)
    union all
    select e.tableoid, e.ctid, e from event e
    where e.tenant_id = s.tenant_id and e.session_id = any (s.sessions) and e.user_id is null
      and user_of(e.tenant_id, e.session_id, null, e.happened_at) = s.person_id
    union all
    select e.tableoid, e.ctid, e from event e
    where e.tenant_id = s.tenant_id and e.session_id = any (s.loose) and e.user_id is null
      and user_of(e.tenant_id, e.session_id, null, e.happened_at) is null
    union all
    select e.tableoid, e.ctid, e from event e
    where e.tenant_id = s.tenant_id and e.visitor_id = any (s.visitors) and e.session_id is null and e.user_id is null
$$;

CREATE FUNCTION public.expire_rows(tenant text, name text, moment text, only_if text, before date, most integer) RETURNS bigint
    LANGUAGE plpgsql
    AS $_$
declare
    number bigint;
begin
    execute format('delete from %I where ctid = any (array(
                        select t.ctid from %1$I t where t.tenant_id = $1 and t.%I < $2 and (%s) limit $3))', name, moment, only_if)
        using tenant, case when moment = 'day' then before else (before::timestamp at time zone 'UTC') end, most;
    get diagnostics number = row_count;
    return number;
end $_$;

CREATE FUNCTION public.expire_units(tenant text, since date, most integer) RETURNS bigint
    LANGUAGE plpgsql
    AS $$
declare
    number bigint;
begin
    perform stage_folding();
    insert into due_unit
    select distinct x.experiment_id, x.phase, x.unit
    from (select * from exposure x
          where x.tenant_id = tenant and x.exposed_at < (since::timestamp at time zone 'UTC')
            and (x.experiment_id, x.phase) not in (select experiment_id, phase from experiment_phase where unread is not null)
          limit most) as x;
    get diagnostics number = row_count;
    if number = 0 then
        return 0;
    end if;
    perform look_up_phases();
    perform look_up_windows(tenant);
    with old as (
        delete from unit_metric u using due_window w
        where u.experiment_id = w.experiment_id and u.phase = w.phase and u.unit = w.unit and u.policy = w.policy
          and u.exposed_at < (since::timestamp at time zone 'UTC')
        returning u.*
    )
    insert into gone_unit select * from old;
    delete from unit_of_bots u using due_window w
    where u.experiment_id = w.experiment_id and u.phase = w.phase and u.unit = w.unit and u.policy = w.policy
      and w.exposed_at < (since::timestamp at time zone 'UTC');
    delete from exposure x using due_name n, due_window w
    where x.experiment_id = n.experiment_id and x.phase = n.phase and x.unit = n.named
      and w.experiment_id = n.experiment_id and w.phase = n.phase and w.unit = n.unit and w.policy = x.policy
      and w.exposed_at < (since::timestamp at time zone 'UTC');
    insert into come_unit select * from gone_unit;
    update come_unit set closed = true;
    perform add_units();
    truncate gone_unit;
    update experiment_product t set past = t.past + s.units
    from (select experiment_id, phase, variant, product_id, count(*) as units
          from come_unit cross join lateral unnest(shown) as stood (product_id)
          group by 1, 2, 3, 4) as s
    where (t.experiment_id, t.phase, t.variant, t.product_id) = (s.experiment_id, s.phase, s.variant, s.product_id);
    insert into experiment_past as t
    select * from sum_units() as s
    order by experiment_id, phase, policy, variant, segment, value, closed, metric
    on conflict (experiment_id, phase, policy, variant, segment, value, closed, metric) do update
    set n = t.n + excluded.n, y = t.y + excluded.y, yy = t.yy + excluded.yy, d = t.d + excluded.d, dd = t.dd + excluded.dd,
        yd = t.yd + excluded.yd, x = t.x + excluded.x, xx = t.xx + excluded.xx, xy = t.xy + excluded.xy, z = t.z + excluded.z,
        zz = t.zz + excluded.zz, xz = t.xz + excluded.xz, xd = t.xd + excluded.xd, yz = t.yz + excluded.yz, dz = t.dz + excluded.dz;
    return number;
end $$;

CREATE TABLE public.exposure (
    tenant_id text NOT NULL,
    experiment_id integer NOT NULL,
    phase smallint NOT NULL,
    policy integer DEFAULT 0 NOT NULL,
    unit text NOT NULL,
    variant smallint NOT NULL,
    exposed_at timestamp with time zone NOT NULL,
    source text NOT NULL,
    propensity double precision,
    multiple boolean DEFAULT false NOT NULL,
    apart text,
    market_id text,
    device text,
    page_type text,
    returning_one boolean,
    CONSTRAINT exposure_apart_check CHECK ((apart = ANY (ARRAY['BOT'::text, 'INTEGRATION'::text, 'FORCED'::text]))),
    CONSTRAINT exposure_source_check CHECK ((source = ANY (ARRAY['HASH'::text, 'STICKY'::text, 'EXTERNAL'::text, 'FORCED'::text, 'BANDIT'::text])))
);

CREATE FUNCTION public.exposures_of(s public.someone) RETURNS SETOF public.exposure
    LANGUAGE sql STABLE
    AS $$
    select x.*
    from (select 'SESSION' as kind, unnest(own_sessions(s)) as unit
          union all select 'VISITOR', unnest(s.visitors) union all select 'USER', unnest(s.users)) as named
    join exposure x on x.tenant_id = s.tenant_id and x.unit = named.unit
    join experiment e on e.experiment_id = x.experiment_id and e.unit = named.kind
$$;

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

CREATE FUNCTION public.find_person(tenant text, kind text, value text) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
    select case kind
        when 'user' then (select coalesce(u.person_id, u.user_id) from shop_user u where u.tenant_id = tenant and u.user_id = value)
        when 'session' then user_of(tenant, value, null, now())
        else (select person_of(tenant, i.user_id) from user_identity i
              where i.tenant_id = tenant and i.kind = find_person.kind and i.value = find_person.value) end
$$;

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

CREATE FUNCTION public.follow_again(tenant text, kind text, value text) RETURNS boolean
    LANGUAGE plpgsql
    AS $$
declare
    person text := find_person(tenant, kind, value);
    any_was boolean;
begin
    delete from forgotten f
    using forgotten named
    where named.tenant_id = tenant and named.blocked and f.tenant_id = tenant and f.receipt_id = named.receipt_id
      and (named.mark = mark_of(tenant, kind, value)
           or named.mark in (select mark_of(tenant, 'user', part) from unnest(whole_of(tenant, person)) as part));
    any_was := found;
    if person is not null then
        update shop_user u set tracking_blocked = false where u.tenant_id = tenant and u.user_id = any (whole_of(tenant, person));
    end if;
    return any_was;
end $$;

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

CREATE TABLE public.erasure_receipt (
    tenant_id text NOT NULL,
    receipt_id uuid NOT NULL,
    made_at timestamp with time zone DEFAULT now() NOT NULL,
    actor text NOT NULL,
    whole boolean NOT NULL,
    blocked boolean NOT NULL,
    rows jsonb NOT NULL
);

CREATE FUNCTION public.forget(tenant text, kind text, value text, whole boolean, blocked boolean, actor text, done jsonb) RETURNS public.erasure_receipt
    LANGUAGE plpgsql
    AS $$
#variable_conflict use_column
declare
    s someone;
    ours text[];
    number bigint;
    told record;
    receipt erasure_receipt;
begin
    perform pg_advisory_xact_lock(people_lock(tenant));
    lock table curated_list, preference in share row exclusive mode;
    s := someone(tenant, kind, value, true);
    ours := own_sessions(s);
    receipt := (tenant, gen_random_uuid(), clock_timestamp(), actor, whole, blocked, '{}');
    insert into marker (tenant_id, inner_pad, outer_pad)
    select tenant, string_agg(set_byte('\x00', 0, byte # 54), '' order by n), string_agg(set_byte('\x00', 0, byte # 92), '' order by n)
    from (select sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())) as key) as chance,
         generate_series(0, 63) as n, lateral (select case when n < 32 then get_byte(key, n) else 0 end as byte) as padded
    on conflict do nothing;
    insert into forgotten as f (tenant_id, mark, blocked, forgotten_at, receipt_id)
    select distinct tenant, mark_of(tenant, k, v), blocked, receipt.made_at, receipt.receipt_id
    from (select 'user' as k, unnest(s.users) as v
          union select 'session', unnest(ours)
          union select 'visitor', unnest(s.visitors)
          union select i.kind, i.value from user_identity i where i.tenant_id = tenant and i.user_id = any (s.users)
          union select forget.kind, forget.value where forget.kind <> 'session' or forget.value = any (ours)) as id
    on conflict (tenant_id, mark) do update
    set blocked = f.blocked or excluded.blocked, forgotten_at = excluded.forgotten_at, receipt_id = excluded.receipt_id;

    for told in select name, n from jsonb_each_text(forget_past(s)) as each (name, n) loop
        done := counted(done, told.name, told.n::bigint);
    end loop;
    if not whole and s.person_id is not null then
        insert into preference as p (tenant_id, owner, kind, id, action, said_at)
        select distinct on (said.kind, said.id) tenant, 'u:' || s.person_id, said.kind, said.id, said.action, said.said_at
        from said_by(s) as said
        where said.owner like 's:%'
        order by said.kind, said.id, said.said_at desc
        on conflict (tenant_id, owner, kind, id) do update set action = excluded.action, said_at = excluded.said_at
        where excluded.said_at > p.said_at;
    end if;
    delete from preference p
    using said_by(s) as said
    where (p.tenant_id, p.owner, p.kind, p.id) = (said.tenant_id, said.owner, said.kind, said.id) and (whole or p.owner like 's:%');
    get diagnostics number = row_count;
    done := counted(done, 'preference', number);
    delete from session_link l where l.tenant_id = tenant and l.user_id = any (s.users);
    get diagnostics number = row_count;
    done := counted(done, 'session_link', number);
    delete from visitor_session v where v.tenant_id = tenant and v.session_id = any (ours);
    get diagnostics number = row_count;
    done := counted(done, 'visitor_session', number);
    delete from relinked r where r.tenant_id = tenant and (r.user_id = any (s.users) or r.session_id = any (ours));
    if whole then
        delete from curated_list c where c.tenant_id = tenant and c.user_id = any (s.users);
        get diagnostics number = row_count;
        done := counted(done, 'curated_list', number);
        delete from refused_merge r where r.tenant_id = tenant and (r.user_id = any (s.users) or r.other_id = any (s.users));
        get diagnostics number = row_count;
        done := counted(done, 'refused_merge', number);
        delete from user_identity i where i.tenant_id = tenant and i.user_id = any (s.users);
        get diagnostics number = row_count;
        done := counted(done, 'user_identity', number);
        delete from shop_user u where u.tenant_id = tenant and u.user_id = any (s.users);
        get diagnostics number = row_count;
        done := counted(done, 'shop_user', number);
    elsif blocked then
        update shop_user u set tracking_blocked = true where u.tenant_id = tenant and u.user_id = any (s.users);
    end if;
    receipt.rows := done;
    insert into erasure_receipt select receipt.*;
    insert into audit_log (tenant_id, actor, action, object, after)
    values (tenant, actor, case when whole then 'person.erase' else 'person.forget' end, receipt.receipt_id::text,
            jsonb_build_object('rows', done, 'blockTracking', blocked));
    return receipt;
end $$;

CREATE FUNCTION public.forget_ahead(s public.someone) RETURNS jsonb
    LANGUAGE plpgsql
    AS $$
begin
    return case when await_reckoning(s.tenant_id) then forget_past(s) else '{}' end;
end $$;

CREATE FUNCTION public.forget_past(s public.someone) RETURNS jsonb
    LANGUAGE plpgsql
    AS $_$
declare
    named text;
    told record;
    selector text;
    ours text[] := own_sessions(s);
    done jsonb := '{}';
    number bigint;
begin
    perform rename_someone(s);
    perform leave_orders(s.tenant_id);
    perform leave_words(s.tenant_id);
    perform leave_channels(s.tenant_id);
    named := (select fresh from fresh_id where kind = 'user' limit 1);
    for told in select part, is_event, count(*) as places from their_row group by 1, 2 loop
        execute format('update %s t set session_id = %s, visitor_id = %s, view_id = %s, user_id = '
                       'case when coalesce(t.session_id, t.user_id, t.visitor_id) is not null then $1 end, ',
                       told.part::regclass, renamed('session_id'), renamed('visitor_id'), renamed('view_id'))
            || case when told.is_event then format(
                   'event_id = %s, order_id = coalesce(r.claim, %s), recommendation_id = %s, list_id = %s,
                    product_id = case when r.beaten then null else %s end, category_id = %s, placement_id = %s, channel = %s,
                    quantity = case when r.beaten then null else t.quantity end,
                    unit_price_minor = case when r.beaten then null else t.unit_price_minor end,
                    currency = case when r.beaten then null else t.currency end,
                    claimed_user_id = null, search_term = null, properties = null, value = case when t.type = ''rating'' then t.value end',
                   renamed('event_id'), renamed('order_id'), renamed('recommendation_id'), renamed('list_id'),
                   renamed('product_id'), renamed('category_id'), renamed('placement_id'), renamed('channel'))
               else
                   'channel = ' || renamed('channel') || ', page = (select coalesce(jsonb_object_agg(key, value), ''{}'') from jsonb_each(t.page)
                            where key = any (''{type,strategies,sort,limit,version,drafts}''))' end
            || ' from their_row r where r.part = $2 and r.is_event = $3 and t.ctid = r.place'
            using named, told.part, told.is_event;
        get diagnostics number = row_count;
        done := counted(done, case when told.is_event then 'event' else 'served_view' end, number);
    end loop;
    insert into event_mark (tenant_id, day, events)
    select s.tenant_id, (moment at time zone 'UTC')::date, 0 from their_row where is_event group by 2;

    update event e set order_id = f.fresh
    from fresh_id f
    where f.kind = 'order' and e.tenant_id = s.tenant_id and e.order_id = f.old;
    get diagnostics number = row_count;
    done := counted(done, 'event', number);
    update event e set claimed_user_id = null where e.tenant_id = s.tenant_id and e.claimed_user_id = any (s.users);
    get diagnostics number = row_count;
    done := counted(done, 'event', number);

    for told in select name, columns from tables_of_people() loop
        foreach selector in array array['user_id', 'told_user_id', 'session_id', 'event_id', 'order_key'] loop
            continue when selector <> all (told.columns);
            execute format('update %I t set ', told.name)
                || (select string_agg(format('%I = %s', name, case
                        when name in ('product_id', 'placement_id', 'channel') and 'known' = any (told.columns)
                            then format('case when t.known then t.%I else %s end', name, renamed(name))
                        when name in ('user_id', 'told_user_id') and selector <> 'order_key' then format('coalesce($1, %s)', renamed(name))
                        else renamed(name) end), ', ')
                    from unnest(told.columns) as name
                    where renamed(name) is not null and not (name in ('placement_id', 'channel') and 'model' = any (told.columns)))
                || ' where t.tenant_id = $2 and '
                || case selector when 'session_id' then 't.session_id = any ($4)'
                                 when 'event_id' then of_their_event(told.columns)
                                 when 'order_key' then 't.order_key in (select ''o:'' || old from fresh_id where kind = ''order'')'
                                 else format('t.%I = any ($3)', selector) end
                using named, s.tenant_id, s.users, ours;
            get diagnostics number = row_count;
            done := counted(done, told.name, number);
        end loop;
    end loop;

    delete from recent_event r
    where r.tenant_id = s.tenant_id and (
        r.owner = any (array(select 'u:' || u from unnest(s.users) as u)) or r.owner = any (array(select 's:' || o from unnest(ours) as o))
        or r.owner in (select 's:' || l.session_id from session_link l where l.tenant_id = s.tenant_id and l.user_id = any (s.users))
           and user_of(s.tenant_id, substr(r.owner, 3), r.user_id, r.happened_at) = s.person_id);
    get diagnostics number = row_count;
    done := counted(done, 'recent_event', number);
    delete from recent_sight r
    where r.tenant_id = s.tenant_id and (
        r.owner = any (array(select 'u:' || u from unnest(s.users) as u)) or r.owner = any (array(select 's:' || o from unnest(ours) as o))
        or r.owner = any (array(select 's:' || o from unnest(s.sessions) as o))
           and user_of(s.tenant_id, substr(r.owner, 3), null, r.seen_at) = s.person_id);
    get diagnostics number = row_count;
    return counted(counted(done, 'recent_sight', number), 'exposure', rename_units(s));  -- of 0022
end $_$;

CREATE FUNCTION public.forget_visits() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    delete from recent_event r using gone_rows g where r.tenant_id = g.tenant_id;
    delete from visitor_session s using gone_rows g where s.tenant_id = g.tenant_id;
    return null;
end $$;

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
    hidden_by text,
    CONSTRAINT product_check CHECK ((hidden OR (hidden_by IS NULL))),
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
    sku text,
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

CREATE FUNCTION public.had_been(tenant text, session text, named text, visitor text, moment timestamp with time zone) RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
    select case when visitor is not null or named is not null then
        exists (select from visitor_session v
                where v.tenant_id = tenant and v.visitor_id = visitor and v.started_at < moment and v.session_id is distinct from session)
        or exists (select from session_link l join visitor_session v using (tenant_id, session_id)
                   where l.tenant_id = tenant and l.user_id = named and v.started_at < moment and v.session_id is distinct from session) end
$$;

CREATE FUNCTION public.has_one_of_each(pairs text[], wanted jsonb) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    select coalesce(bool_and(pairs && array(select jsonb_array_elements_text(each))), true) from jsonb_array_elements(wanted) as each
$$;

CREATE FUNCTION public.hear_units(tenant text, since timestamp with time zone, until timestamp with time zone) RETURNS void
    LANGUAGE plpgsql
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET enable_seqscan TO 'off'
    SET enable_material TO 'off'
    SET plan_cache_mode TO 'force_custom_plan'
    AS $$
begin
    insert into heard_event
    select e.number, e.type, e.after, e.bot, count(*), sum(e.value)
    from (
        select s.number, e.type, e.happened_at >= s.exposed_at as after, e.apart is not null as bot, e.value, e.batch_id
        from seat s
        cross join lateral (
            select e.type, e.happened_at, e.apart, e.batch_id, whole_value(e.value) as value
            from event e
            where e.tenant_id = tenant and e.session_id = s.session_id and e.happened_at >= s.begins and e.happened_at < s.ends
              and e.happened_at >= since and e.happened_at < until and e.line = 0 and e.scope <> 'PREVIEW'
              and (e.apart is null or e.apart = 'BOT')
              and (s.kind <> 'USER' or e.user_id is null and user_of(tenant, e.session_id, null, e.happened_at) = s.unit)
            offset 0
        ) as e
        union all
        select w.number, e.type, e.happened_at >= w.exposed_at, e.apart is not null, e.value, e.batch_id
        from due_window w
        cross join lateral (
            select e.type, e.happened_at, e.apart, e.batch_id, whole_value(e.value) as value
            from event e
            where e.tenant_id = tenant and e.visitor_id = w.unit and e.session_id is null
              and e.happened_at >= w.begins and e.happened_at < w.closes_at and e.happened_at >= since and e.happened_at < until
              and e.line = 0 and e.scope <> 'PREVIEW' and (e.apart is null or e.apart = 'BOT')
            offset 0
        ) as e
        where w.kind = 'VISITOR' and w.counts
        union all
        select w.number, e.type, e.happened_at >= w.exposed_at, e.apart is not null, e.value, e.batch_id
        from due_window w
        cross join lateral unnest(whole_of(tenant, w.unit)) as named
        cross join lateral (
            select e.type, e.happened_at, e.apart, e.batch_id, whole_value(e.value) as value
            from event e
            where e.tenant_id = tenant and e.user_id = named and e.happened_at >= w.begins and e.happened_at < w.closes_at
              and e.happened_at >= since and e.happened_at < until and e.line = 0 and e.scope <> 'PREVIEW'
              and (e.apart is null or e.apart = 'BOT')
            offset 0
        ) as e
        where w.kind = 'USER' and w.counts
    ) as e
    where coalesce(e.batch_id, -1) not in (select b.batch_id from event_batch b where b.tenant_id = tenant)
      and (e.bot or e.type in (select 'impression' union select 'click' union select m.type from phase_measure m where m.type is not null))
    group by e.number, e.type, e.after, e.bot;

    insert into heard_sale
    select c.number, c.after, count(*) filter (where kind = 'CART'),
           count(distinct order_key) filter (where kind = 'ORDER' and kept > 0),
           coalesce(sum(kept) filter (where kind = 'ORDER'), 0), coalesce(sum(paid) filter (where kind = 'ORDER'), 0),
           count(*) filter (where kind = 'CART' and owed), count(distinct order_key) filter (where kind = 'ORDER' and kept > 0 and owed),
           coalesce(sum(kept) filter (where kind = 'ORDER' and owed), 0), coalesce(sum(paid) filter (where kind = 'ORDER' and owed), 0)
    from (
        select c.number, c.happened_at >= c.exposed_at as after, c.kind, c.order_key, c.quantity - c.refunded as kept,
               coalesce(round((c.quantity - c.refunded)::numeric * c.unit_price_minor * f.factor), 0) as paid,
               exists (select from credit o
                       where o.tenant_id = tenant and o.order_key = c.order_key and o.event_id = c.event_id and o.line = c.line
                         and o.model = 'CLICK_LAST') as owed
        from (
            select s.number, s.exposed_at, s.experiment_id, s.phase, c.order_key, c.event_id, c.line, c.kind, c.happened_at, c.quantity,
                   c.refunded, c.unit_price_minor, c.currency
            from seat s
            cross join lateral (
                select * from conversion c
                where c.tenant_id = tenant and c.session_id = s.session_id and c.happened_at >= s.begins and c.happened_at < s.ends offset 0
            ) as c
            where s.kind <> 'USER'
            union all
            select w.number, w.exposed_at, w.experiment_id, w.phase, c.order_key, c.event_id, c.line, c.kind, c.happened_at, c.quantity,
                   c.refunded, c.unit_price_minor, c.currency
            from due_window w
            cross join lateral (
                select * from conversion c
                where c.tenant_id = tenant and c.visitor_id = w.unit and c.session_id is null and c.happened_at >= w.begins
                  and c.happened_at < w.closes_at offset 0
            ) as c
            where w.kind = 'VISITOR' and w.counts
            union all
            select w.number, w.exposed_at, w.experiment_id, w.phase, c.order_key, c.event_id, c.line, c.kind, c.happened_at, c.quantity,
                   c.refunded, c.unit_price_minor, c.currency
            from due_window w
            cross join lateral (
                select * from conversion c
                where c.tenant_id = tenant and c.user_id = w.unit and c.happened_at >= w.begins and c.happened_at < w.closes_at offset 0
            ) as c
            where w.kind = 'USER' and w.counts
        ) as c
        left join phase_factor f on f.experiment_id = c.experiment_id and f.phase = c.phase and f.currency = c.currency
    ) as c
    group by c.number, c.after;

    -- A line a product, and one of an answer that has none.
    insert into heard_answer
    select v.number, count(*) filter (where v.first), count(*) filter (where v.product_id is null),
           count(v.latency_ms) filter (where v.first), coalesce(sum(v.latency_ms) filter (where v.first), 0), count(v.product_id),
           array_agg(distinct v.product_id collate "C") filter (where v.product_id is not null)
    from (
        select w.number, v.latency_ms, coalesce(stood.place, 1) = 1 as first, stood.product_id
        from due_window w
        cross join lateral (
            select v.latency_ms, v.lists from served_view v
            where w.kind = 'SESSION' and v.tenant_id = tenant and v.session_id = w.unit and v.served_at >= w.exposed_at
              and v.served_at < w.closes_at and v.served_at >= since and v.served_at < until and not v.preview
            union all
            select v.latency_ms, v.lists from served_view v
            where w.kind = 'VISITOR' and v.tenant_id = tenant and v.visitor_id = w.unit and v.served_at >= w.exposed_at
              and v.served_at < w.closes_at and v.served_at >= since and v.served_at < until and not v.preview
            union all
            select v.latency_ms, v.lists from unnest(whole_of(tenant, w.unit)) as named
            join served_view v on v.tenant_id = tenant and v.user_id = named and v.served_at >= w.exposed_at
              and v.served_at < w.closes_at and v.served_at >= since and v.served_at < until and not v.preview
            where w.kind = 'USER'
            union all
            select v.latency_ms, v.lists
            from (select distinct l.session_id from unnest(whole_of(tenant, w.unit)) as named
                  join session_link l on l.tenant_id = tenant and l.user_id = named) as theirs
            join served_view v on v.tenant_id = tenant and v.session_id = theirs.session_id and v.user_id is null
              and v.served_at >= w.exposed_at and v.served_at < w.closes_at and v.served_at >= since and v.served_at < until and not v.preview
            where w.kind = 'USER' and user_of(tenant, v.session_id, null, v.served_at) = w.unit
            offset 0
        ) as v
        cross join lateral jsonb_array_elements(v.lists) as list
        left join lateral jsonb_array_elements_text(list -> 'products') with ordinality as stood (product_id, place) on true
        where w.counts and list ->> 'placement' = any (w.placements)
    ) as v
    group by v.number;
end $$;

CREATE FUNCTION public.held_of(s public.someone, most integer) RETURNS TABLE(name text, told jsonb)
    LANGUAGE plpgsql STABLE
    AS $_$
declare
    there record;
    ours text[] := own_sessions(s);
begin
    for there in select t.name, t.columns from tables_of_people() as t order by t.name loop
        continue when not there.columns && array['user_id', 'told_user_id', 'session_id'];
        return query execute format('select %L, to_jsonb(t) - ''tenant_id'' from %I t where t.tenant_id = $1 and (false', there.name, there.name)
            || case when 'user_id' = any (there.columns) then ' or t.user_id = any ($2)' else '' end
            || case when 'told_user_id' = any (there.columns) then ' or t.told_user_id = any ($2)' else '' end
            || case when 'session_id' = any (there.columns) then ' or t.session_id = any ($3)' else '' end || ') limit $4'
            using s.tenant_id, s.users, ours, most;
    end loop;
end $_$;

CREATE FUNCTION public.hint_of(kind text, value text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    select case when kind = 'email' then left(value, 1) || '…@…' || right(value, 3)
                when kind = 'phone' then '…' || right(value, 2)
                when length(value) > 5 then left(value, 2) || '…' else '…' end
$$;

CREATE FUNCTION public.hold_batch(batch public.told_event[]) RETURNS integer[]
    LANGUAGE plpgsql
    AS $$
declare
    tenant  text;
    blocked int[] := '{}';
begin
    for tenant in select distinct tenant_id from unnest(batch) order by 1 loop
        perform pg_advisory_xact_lock_shared(people_lock(tenant));
        continue when not exists (select from forgotten f where f.tenant_id = tenant and f.blocked);
        blocked := blocked || array(
            with own as materialized (
                select * from unnest(batch) where tenant_id = tenant
            ), named as (
                select number, 'session' as kind, session_id as value from own
                union select number, 'visitor', visitor_id from own
                union select number, 'user', user_id from own
                union select number, 'user', claimed_user_id from own
                union select number, i.kind, i.value from own, unnest(identity_kinds, identity_values) as i (kind, value)
            )
            select number
            from named
            where value is not null and (is_blocked(tenant, kind, value)
                  or kind not in ('session', 'visitor') and leads_to_blocked(tenant, kind, value))
            union
            select number
            from own
            where identity_kinds is null and is_of_blocked(tenant, session_id, user_id, visitor_id, happened_at));
    end loop;
    return blocked;
end $$;

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
               m.first_seen, m.sku)::product_market
$$;

CREATE FUNCTION public.is_blocked(tenant text, kind text, value text) RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
    select exists (select from forgotten f where f.tenant_id = tenant and f.mark = mark_of(tenant, kind, value) and f.blocked)
$$;

CREATE FUNCTION public.is_forgotten(tenant text, session text, named text, visitor text, moment timestamp with time zone) RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
    select exists (
        select from (values ('session', session), ('user', named), ('visitor', visitor)) as id (kind, value)
        join forgotten f on f.tenant_id = tenant and f.mark = mark_of(tenant, id.kind, id.value)
        where f.blocked or f.forgotten_at >= moment)
        or exists (select from forgotten f where f.tenant_id = tenant and f.blocked)
           and is_of_blocked(tenant, session, named, visitor, moment)
$$;

CREATE TABLE public.session_link (
    tenant_id text NOT NULL,
    session_id text NOT NULL,
    user_id text NOT NULL,
    linked_at timestamp with time zone NOT NULL,
    unlinked_at timestamp with time zone,
    through text DEFAULT 'LOGIN'::text NOT NULL,
    CONSTRAINT session_link_through_check CHECK ((through = ANY (ARRAY['LOGIN'::text, 'VISITOR'::text, 'SHOP'::text])))
);

CREATE FUNCTION public.is_linked(l public.session_link) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    select l.unlinked_at is null or l.linked_at > l.unlinked_at
$$;

CREATE FUNCTION public.is_of_blocked(tenant text, session text, named text, visitor text, moment timestamp with time zone) RETURNS boolean
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    AS $$
declare
    person text := user_of(tenant, session, named, moment);
begin
    if person is null then
        return leads_to_blocked(tenant, 'visitor', visitor);
    end if;
    return exists (select from unnest(whole_of(tenant, person)) as part where is_blocked(tenant, 'user', part));
end $$;

CREATE FUNCTION public.is_of_bots(tenant text, kind text, unit text) RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
    select exists (
        select from visitor_session v
        cross join lateral (
            select from event e
            where e.tenant_id = tenant and e.session_id = v.session_id and e.happened_at >= v.started_at and e.happened_at <= v.last_seen
              and e.apart = 'BOT'
            limit 1) as e
        where v.tenant_id = tenant and v.session_id in (
            select unit where kind = 'SESSION'
            union all
            select s.session_id from visitor_session s where kind = 'VISITOR' and s.tenant_id = tenant and s.visitor_id = unit))
$$;

CREATE FUNCTION public.is_ours(id uuid) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    select get_byte(uuid_send(id), 6) >> 4 = 8
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

CREATE FUNCTION public.keep_events(batch public.told_event[]) RETURNS void
    LANGUAGE plpgsql
    AS $$
declare
    batch_number bigint := nextval('event_batch_number');
begin
    insert into event (tenant_id, event_id, line, type, happened_at, received_at, session_id, user_id, claimed_user_id, visitor_id,
                       market_id, channel, scope, product_id, quantity, unit_price_minor, currency, order_id, recommendation_id,
                       view_id, list_id, placement_id, position, search_term, category_id, value, properties, apart, whole, batch_id)
    select e.tenant_id, e.event_id, line.ordinality - 1, e.type, e.happened_at, now(), e.session_id, e.user_id, e.claimed_user_id,
           e.visitor_id, e.market_id, e.channel, e.scope, line.product_id, line.quantity, line.unit_price_minor, line.currency, e.order_id,
           e.recommendation_id, e.view_id, e.list_id, e.placement_id, e.position, e.search_term, e.category_id, e.value, e.properties,
           e.apart, e.lines is not null, batch_number
    from unnest(batch) as e
    cross join lateral unnest(lines_of(e)) with ordinality as line;

    insert into event_batch (batch_id, tenant_id, day)
    select distinct batch_number, tenant_id, (happened_at at time zone 'UTC')::date from unnest(batch);

    -- A session that tells nothing new is not written.
    insert into visitor_session as s (tenant_id, session_id, visitor_id, started_at, last_seen)
    select tenant_id, session_id, max(visitor_id), min(happened_at), max(happened_at)
    from unnest(batch)
    where session_id is not null
    group by tenant_id, session_id
    order by tenant_id, session_id
    on conflict (tenant_id, session_id) do update
    set started_at = least(s.started_at, excluded.started_at),
        last_seen = greatest(s.last_seen, excluded.last_seen),
        visitor_id = coalesce(excluded.visitor_id, s.visitor_id)
    where excluded.last_seen > s.last_seen or excluded.started_at < s.started_at
       or excluded.visitor_id is distinct from s.visitor_id and excluded.visitor_id is not null;
end $$;

CREATE FUNCTION public.keep_exposures(batch public.told_exposure[]) RETURNS TABLE(number integer, outcome text)
    LANGUAGE sql
    AS $$
    with judged as materialized (
        select s.*, policy_of(s) as in_force, why_not(s) as why from unnest(batch) as s
    ), first as (
        select distinct on (experiment_id, phase, s.unit, in_force)
               s.tenant_id, experiment_id, phase, in_force, s.unit, variant, exposed_at, source, propensity, market_id, device, page_type,
               had_been(s.tenant_id, session_id, user_id, visitor_id, exposed_at) as returning_one,
               min(variant) over key <> max(variant) over key as multiple,
               coalesce(case when not exists (select from exposure x where (x.experiment_id, x.phase, x.unit, x.policy)
                                              = (s.experiment_id, s.phase, s.unit, s.in_force))
                              and is_of_bots(s.tenant_id, e.unit, s.unit) then 'BOT' end, min(apart) over key) as apart
        from judged s
        join experiment e using (experiment_id)
        where why is null
        window key as (partition by experiment_id, phase, s.unit, in_force)
        order by experiment_id, phase, s.unit, in_force, exposed_at, variant
    ), put as (
        insert into exposure as x (tenant_id, experiment_id, phase, policy, unit, variant, exposed_at, source, propensity, multiple, apart,
                                   market_id, device, page_type, returning_one)
        select tenant_id, experiment_id, phase, in_force, unit, variant, exposed_at, source, propensity, multiple, apart, market_id, device,
               page_type, returning_one
        from first
        order by experiment_id, phase, unit, in_force
        on conflict (experiment_id, phase, unit, policy) do update
        set (variant, exposed_at, source, propensity, market_id, device, page_type, returning_one)
          = (select n.variant, n.exposed_at, n.source, n.propensity, n.market_id, n.device, n.page_type, n.returning_one
             from (values (x.variant, x.exposed_at, x.source, x.propensity, x.market_id, x.device, x.page_type, x.returning_one),
                          (excluded.variant, excluded.exposed_at, excluded.source, excluded.propensity, excluded.market_id,
                           excluded.device, excluded.page_type, excluded.returning_one))
               as n (variant, exposed_at, source, propensity, market_id, device, page_type, returning_one)
             order by n.exposed_at, n.variant limit 1),
            multiple = x.multiple or excluded.multiple or x.variant <> excluded.variant,
            apart = least(x.apart, excluded.apart)
        where (excluded.exposed_at, excluded.variant) < (x.exposed_at, x.variant) or x.apart is distinct from least(x.apart, excluded.apart)
           or not x.multiple and (excluded.multiple or x.variant <> excluded.variant)
        returning x.tenant_id, x.experiment_id, x.phase, x.unit, x.policy
    ), due as (
        insert into unit_due select distinct tenant_id, experiment_id, phase, unit from put
    )
    select number, why from judged where why is not null
    union all
    select number, 'KNOWN'
    from judged
    where why is null and (experiment_id, phase, unit, in_force) not in (select experiment_id, phase, unit, policy from put)
$$;

CREATE FUNCTION public.keep_users(tenant text, users jsonb, whole boolean) RETURNS TABLE(place integer, code text, kind text)
    LANGUAGE plpgsql
    AS $$
declare
    told record;
    tied record;
begin
    for told in
        select (n - 1)::int as place, t.*
        from jsonb_array_elements(users) with ordinality as each (said, n)
        cross join jsonb_to_record(said) as t (user_id text, hidden boolean, attributes jsonb, kinds text[], vals text[])
        order by t.user_id, n
    loop
        if not whole and not exists (select from shop_user u where u.tenant_id = tenant and u.user_id = told.user_id) then
            return query select told.place, 'UNKNOWN_USER', null::text;
            continue;
        end if;
        select t.refused into tied from tie(tenant, told.user_id, told.kinds, told.vals, true) as t;
        if tied.refused <> '{}' then
            return query select told.place, 'CONFLICT', told.kinds[tied.refused[1]];
            continue;
        end if;
        insert into shop_user as u (tenant_id, user_id, hidden, attributes)
        values (tenant, told.user_id, coalesce(told.hidden, false), coalesce(told.attributes, '{}'))
        on conflict (tenant_id, user_id) do update
        set hidden = case when whole then excluded.hidden else coalesce(told.hidden, u.hidden) end,
            attributes = case when whole then excluded.attributes else (
                select coalesce(jsonb_object_agg(name, value), '{}')
                from jsonb_each(u.attributes || coalesce(told.attributes, '{}')) as each (name, value)
                where value <> 'null') end;
        perform link_visits(tenant, v, told.user_id, now())
        from unnest(told.kinds, told.vals) as id (k, v)
        where k = 'visitor';
    end loop;
end $$;

CREATE FUNCTION public.kept_since(days integer) RETURNS date
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
    select (now() at time zone 'UTC')::date - days
$$;

CREATE FUNCTION public.kin_of(tenant text, person text, owners text[]) RETURNS text[]
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    AS $$
declare
    users text[];
begin
    if person is null then
        return owners;
    end if;
    users := whole_of(tenant, person);
    return owners || array(select 'u:' || named from unnest(users) as named) || array(
        select 's:' || l.session_id
        from session_link l
        where l.tenant_id = tenant and l.user_id = any (users) and is_linked(l)
        order by l.linked_at desc
        limit 5);
end $$;

CREATE FUNCTION public.leads_to_blocked(tenant text, kind text, value text) RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
    select exists (select from unnest(whole_of(tenant, find_person(tenant, kind, value))) as named where is_blocked(tenant, 'user', named))
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

CREATE FUNCTION public.leave_channels(tenant text) RETURNS void
    LANGUAGE plpgsql
    AS $$
begin
    if not exists (select from fresh_id where kind = 'channel') then
        return;
    end if;
    with theirs as materialized (
        select v.served_at, v.channel, recommendation_of(v.view_id, nth, stood) as id
        from their_row r
        join fresh_id f on f.kind = 'channel' and f.old = r.channel
        join served_view v on v.tenant_id = tenant and v.view_id = r.views[1] and v.served_at = r.moment
        cross join lateral generate_series(1, jsonb_array_length(v.lists)) as nth
        cross join lateral generate_series(1, jsonb_array_length(v.lists -> nth - 1 -> 'products')) as stood
        where not r.is_event
    ), credited as (
        update credit c set channel = null
        from theirs
        where c.tenant_id = tenant and c.recommendation_id = theirs.id and c.channel = theirs.channel
    ), touched as (
        update touch t set channel = null
        from theirs
        where t.tenant_id = tenant and t.recommendation_id = theirs.id and t.served_at = theirs.served_at and t.known
          and t.channel = theirs.channel
        returning t.*, theirs.channel as was
    )
    insert into touch_total as t (tenant_id, day, placement_id, strategy, level, rule_id, release_id, variant, channel, market_id,
                                  impressions, clicks, unknown)
    select tenant, (happened_at at time zone a.time_zone)::date, placement_id, strategy, level, rule_id, release_id, variant, now_on.channel,
           market_id, coalesce(sum(sign) filter (where kind = 'impression'), 0),
           coalesce(sum(sign) filter (where kind = 'click'), 0), 0
    from touched
    join attribution_state a on a.tenant_id = tenant
    cross join lateral (values (was, -1), (null, 1)) as now_on (channel, sign)
    where kind <> 'direct'
    group by 2, 3, 4, 5, 6, 7, 8, 9, 10
    on conflict (tenant_id, day, placement_id, strategy, level, rule_id, release_id, variant, channel, market_id) do update
    set impressions = t.impressions + excluded.impressions, clicks = t.clicks + excluded.clicks;
    delete from touch_total t
    using fresh_id f
    where t.tenant_id = tenant and f.kind = 'channel' and t.channel = f.old and t.impressions = 0 and t.clicks = 0 and t.unknown = 0;
end $$;

CREATE FUNCTION public.leave_orders(tenant text) RETURNS void
    LANGUAGE plpgsql
    AS $$
begin
    update their_row r set beaten = not r.trusted
    where r.bought and not r.apart and r.order_id is null
      and exists (select from order_entry o where o.tenant_id = tenant and o.order_key = 'e:' || r.event_id and o.trusted <> r.trusted)
      and not exists (select from their_row o where o.bought and not o.apart and o.order_id is null and o.event_id = r.event_id and o.trusted <> r.trusted);
    insert into relinked (tenant_id, order_key)
    select tenant, 'e:' || name
    from their_row r join fresh_id f on f.kind = 'event' and f.old = r.event_id, unnest(array[f.old, f.fresh]) as name
    where r.beaten is not null;
    delete from order_entry o
    using their_row r
    where o.tenant_id = tenant and o.order_key = 'e:' || r.event_id and o.event_id = r.event_id and not o.trusted and r.beaten;
    insert into fresh_id
    select case when whole then 'order' else 'claim' end, order_id, gen_random_uuid()::text
    from (select e.order_id, coalesce(bool_and(r.place is not null) filter (where e.type = 'purchase' and e.apart is null and e.scope not in ('STOREFRONT', 'PREVIEW')),
                                      bool_and(r.place is not null) filter (where e.type = 'purchase' and e.apart is null),
                                      bool_and(r.place is not null)) as whole
          from (select distinct order_id from their_row where order_id is not null) as o
          join event e on e.tenant_id = tenant and e.order_id = o.order_id
          left join their_row r on r.is_event and r.part = e.tableoid and r.place = e.ctid
          group by 1) as told;
    update their_row r
    set claim = f.fresh,
        beaten = r.bought and not r.trusted and not r.apart
            and not exists (select from their_row o where o.order_id = r.order_id and o.bought and o.trusted and not o.apart)
            and exists (select from event e where e.tenant_id = tenant and e.order_id = r.order_id and e.type = 'purchase'
                                              and e.apart is null and e.scope not in ('STOREFRONT', 'PREVIEW'))
    from fresh_id f
    where f.kind = 'claim' and f.old = r.order_id and (r.bought or not r.trusted or r.apart);
    if not found then
        return;
    end if;
    delete from order_entry o
    using their_row r
    where o.tenant_id = tenant and o.order_key = 'o:' || r.order_id and o.event_id = r.event_id and o.trusted = r.trusted
      and o.happened_at = r.moment and r.beaten;
    update order_entry o set order_key = 'o:' || r.claim
    from their_row r
    where o.tenant_id = tenant and o.order_key = 'o:' || r.order_id and o.event_id = r.event_id and o.trusted = r.trusted
      and o.happened_at = r.moment and not r.beaten and not r.apart;
    insert into relinked (tenant_id, order_key)
    select distinct tenant, 'o:' || name from their_row r, unnest(array[r.order_id, r.claim]) as name where r.claim is not null;
end $$;

CREATE FUNCTION public.leave_words(tenant text) RETURNS void
    LANGUAGE plpgsql
    AS $_$
declare
    told record;
begin
    for told in
        with word as (
            select (array['product_id', 'category_id', 'placement_id', 'channel'])[n] as kind, word, date_trunc('day', max(moment), 'UTC') as day
            from their_row, unnest(words) with ordinality as each (word, n)
            where is_event and not trusted and word is not null
            group by 1, 2
            union
            select 'channel', channel, date_trunc('day', max(moment), 'UTC')
            from their_row
            where not is_event and channel is not null
            group by 2
        )
        select w.kind, w.day, array_agg(w.word) as words
        from word w
        where case w.kind
                  when 'product_id' then not exists (select from product p where p.tenant_id = tenant and p.product_id = w.word)
                                     and w.word not in (select unnest(r.words) from their_row r where not r.is_event)
                  when 'category_id' then not exists (select from category c where c.tenant_id = tenant and c.category_id = w.word)
                  when 'placement_id' then not exists (select from placement p where p.tenant_id = tenant and p.placement_id = w.word)
                  else w.word <> all ('{web,app,email,call_centre,pos}')
                       and not exists (select from api_key k where k.tenant_id = tenant and k.channel = w.word) end
        group by 1, 2
    loop
        execute format(
            'insert into fresh_id
             select $1, word, case when $1 = ''product_id'' then gen_random_uuid()::text end
             from unnest($2) as word
             where word not in (
                 select o.%I from event o
                 where o.tenant_id = $3 and o.happened_at >= $4 and o.happened_at < $4 + interval ''1 day'' and o.%1$I = any ($2)
                   and not exists (select from their_row r where r.is_event and r.part = o.tableoid and r.place = o.ctid))
               and ($1 <> ''channel'' or word not in (
                 select v.channel from served_view v
                 where v.tenant_id = $3 and v.served_at >= $4 and v.served_at < $4 + interval ''1 day'' and v.channel = any ($2)
                   and not exists (select from their_row r where not r.is_event and r.part = v.tableoid and r.place = v.ctid)))
             on conflict do nothing', told.kind)
            using told.kind, told.words, tenant, told.day;
    end loop;
end $_$;

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

CREATE FUNCTION public.lines_of(e public.told_event) RETURNS public.told_line[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    select coalesce(e.lines, array[(e.product_id, e.quantity, e.unit_price_minor, e.currency)::told_line])
$$;

CREATE FUNCTION public.link_identity(tenant text, named text, kind text, value text) RETURNS boolean
    LANGUAGE plpgsql
    AS $$
declare
    person text;
begin
    if kind = 'session' then
        perform tie(tenant, named, '{}', '{}', true);
        insert into visitor_session (tenant_id, session_id, started_at, last_seen) values (tenant, value, now(), now())
        on conflict do nothing;
        insert into session_link as l (tenant_id, session_id, user_id, linked_at, through)
        values (tenant, value, named, now(), 'SHOP')
        on conflict (tenant_id, session_id, user_id) do update set unlinked_at = null
        where l.unlinked_at is not null;
        return true;
    elsif kind = 'user' then
        perform pg_advisory_xact_lock(hashtextextended('endcap.tie:' || tenant, 0));
        perform tie(tenant, named, '{}', '{}', true);
        person := person_of(tenant, value);
        if person = person_of(tenant, named) then
            return true;
        end if;
        perform absorb(tenant, person, person_of(tenant, named))
        from shop_user u
        where u.tenant_id = tenant and u.user_id = person and u.made;
        return found;
    end if;
    if (select t.refused <> '{}' from tie(tenant, named, array[kind], array[value], true) as t) then
        return false;
    end if;
    if kind = 'visitor' then
        perform link_visits(tenant, value, named, now());
    end if;
    return true;
end $$;

CREATE FUNCTION public.link_sessions(batch public.told_event[]) RETURNS void
    LANGUAGE plpgsql
    AS $$
declare
    logins session_link[];
begin
    with login as (
        select e.tenant_id, e.session_id, e.user_id,
               min(e.happened_at) filter (where l.unlinked_at is null or e.happened_at > l.unlinked_at) as moment
        from unnest(batch) as e
        left join session_link l using (tenant_id, session_id, user_id)
        where e.session_id is not null and e.user_id is not null
        group by 1, 2, 3
    ), linked as (
        insert into session_link as l (tenant_id, session_id, user_id, linked_at)
        select tenant_id, session_id, user_id, moment from login where moment is not null
        order by tenant_id, session_id, user_id
        on conflict (tenant_id, session_id, user_id) do update set linked_at = excluded.linked_at
        where (l.unlinked_at is null or excluded.linked_at > l.unlinked_at)
          and (excluded.linked_at < l.linked_at or l.linked_at <= l.unlinked_at)
        returning (l.tenant_id, l.session_id, l.user_id, l.linked_at, l.unlinked_at, l.through)::session_link as link
    )
    select array_agg(link) into logins from linked;

    insert into session_link (tenant_id, session_id, user_id, linked_at, through)
    select distinct on (e.tenant_id, e.session_id) e.tenant_id, e.session_id, i.user_id, e.happened_at, 'VISITOR'
    from unnest(batch) as e
    join user_identity i on i.tenant_id = e.tenant_id and i.kind = 'visitor' and i.value = e.visitor_id
    where e.session_id is not null and e.visitor_id is not null
      and not exists (select from session_link l where l.tenant_id = e.tenant_id and l.session_id = e.session_id)
    order by e.tenant_id, e.session_id, e.happened_at
    on conflict do nothing;

    if logins is null then
        return;
    end if;
    with entered as materialized (
        select login.tenant_id, login.user_id, login.linked_at, here.visitor_id
        from unnest(logins) as login
        join visitor_session here on here.tenant_id = login.tenant_id and here.session_id = login.session_id
        where login.through = 'LOGIN' and here.visitor_id is not null
    ), device as materialized (                          -- read once, however many log in there, and never further than it matters
        select e.tenant_id, e.visitor_id, count(distinct s.session_id) as sessions,
               array_agg(distinct person_of(l.tenant_id, l.user_id)) filter (where l.session_id is not null) as people
        from (select distinct tenant_id, visitor_id from entered) as e
        cross join lateral (
            select s.session_id from visitor_session s where s.tenant_id = e.tenant_id and s.visitor_id = e.visitor_id limit 1001
        ) as s
        left join session_link l on l.tenant_id = e.tenant_id and l.session_id = s.session_id and is_linked(l)
        group by 1, 2
    ), own as materialized (
        select e.*
        from entered e
        join device d using (tenant_id, visitor_id)
        cross join lateral (select person_of(e.tenant_id, e.user_id) as person offset 0) as who
        where d.sessions <= 1000 and array[who.person] @> coalesce(d.people, '{}')
          and not exists (select from user_identity i
                          where i.tenant_id = e.tenant_id and i.kind = 'visitor' and i.value = e.visitor_id
                            and person_of(i.tenant_id, i.user_id) <> who.person)
    )
    insert into session_link (tenant_id, session_id, user_id, linked_at, through)
    select distinct on (login.tenant_id, before.session_id)
           login.tenant_id, before.session_id, login.user_id, login.linked_at, 'VISITOR'
    from own as login
    cross join lateral (
        select s.session_id
        from visitor_session s
        where s.tenant_id = login.tenant_id and s.visitor_id = login.visitor_id and s.started_at < login.linked_at
          and not exists (select from session_link l where l.tenant_id = s.tenant_id and l.session_id = s.session_id)
        order by s.last_seen desc
        limit 100
    ) as before
    order by login.tenant_id, before.session_id, login.linked_at
    on conflict do nothing;
end $$;

CREATE FUNCTION public.link_visits(tenant text, visitor text, named text, moment timestamp with time zone) RETURNS void
    LANGUAGE sql
    AS $$
    insert into session_link as l (tenant_id, session_id, user_id, linked_at, through)
    select tenant, s.session_id, named, moment, 'VISITOR'
    from visitor_session s
    where s.tenant_id = tenant and s.visitor_id = visitor
      and not exists (select from session_link other
                      where other.tenant_id = tenant and other.session_id = s.session_id
                        and person_of(tenant, other.user_id) <> person_of(tenant, named))
    order by s.last_seen desc
    limit 100
    on conflict (tenant_id, session_id, user_id) do update set unlinked_at = null
    where l.through = 'VISITOR' and not is_linked(l)
$$;

CREATE FUNCTION public.list_of(id uuid) RETURNS integer
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ select get_byte(uuid_send(id), 14) $$;

CREATE FUNCTION public.look_up_phase(experiment integer, stretch smallint) RETURNS void
    LANGUAGE plpgsql
    AS $$
begin
    insert into phase_measure
    select p.experiment_id, p.phase, m.place, m.measure, case when m.measure ~ '^(event|value):' then substr(m.measure, 7) end,
           case when m.measure = 'revenue_capped' then p.revenue_cap end
    from experiment_phase p
    cross join lateral jsonb_array_elements_text(p.measures -> 'measures') with ordinality as m (measure, place)
    where p.experiment_id = experiment and p.phase = stretch;
    insert into phase_metric
    select p.experiment_id, p.phase, m.key, m.kind = 'PROPORTION', m.y, m.d, case when m.cap is not null then whole_sum(m.cap) end
    from experiment_phase p
    cross join lateral jsonb_to_recordset(p.measures -> 'metrics') as m (key text, kind text, y int, d int, cap numeric)
    where p.experiment_id = experiment and p.phase = stretch;
    if exists (select from phase_metric m
               where m.experiment_id = experiment and m.phase = stretch
                 and exists (select from unnest(array[m.y, m.d]) as place
                             where place not in (select o.place from phase_measure o where o.experiment_id = experiment and o.phase = stretch)))
    then
        raise exception 'a metric is made of a measure that is not there';
    end if;
    insert into phase_factor
    select p.experiment_id, p.phase, f.key, f.value::numeric
    from experiment_phase p
    cross join lateral jsonb_each_text(p.measures -> 'factors') as f
    where p.experiment_id = experiment and p.phase = stretch;
end $$;

CREATE FUNCTION public.look_up_phases() RETURNS text[]
    LANGUAGE plpgsql
    AS $$
declare
    each record;
    fault text;
    told text[] := '{}';
begin
    for each in
        select p.experiment_id, p.phase, p.unread, e.key
        from (select distinct experiment_id, phase from due_unit) as d
        join experiment_phase p using (experiment_id, phase)
        join experiment e using (experiment_id)
    loop
        fault := null;
        begin
            perform look_up_phase(each.experiment_id, each.phase);
        exception when data_exception or integrity_constraint_violation or raise_exception then
            fault := sqlerrm;
            delete from due_unit d where d.experiment_id = each.experiment_id and d.phase = each.phase;
        end;
        if fault is distinct from each.unread then
            update experiment_phase p set unread = fault where p.experiment_id = each.experiment_id and p.phase = each.phase;
            if fault is not null then
                told := told || format('%s, phase %s: %s', each.key, each.phase, fault);
            end if;
        end if;
    end loop;
    return told;
end $$;

CREATE FUNCTION public.look_up_windows(tenant text) RETURNS void
    LANGUAGE plpgsql
    SET default_statistics_target TO '10'
    AS $$
begin
    insert into due_name
    select d.experiment_id, d.phase, d.unit, d.unit, e.unit
    from (select distinct * from due_unit) as d join experiment e using (experiment_id)
    where e.unit <> 'USER'
    union
    select d.experiment_id, d.phase, p.person, named, e.unit
    from (select distinct * from due_unit) as d
    join experiment e using (experiment_id)
    cross join lateral (select person_of(tenant, d.unit) as person) as p
    cross join lateral unnest(whole_of(tenant, p.person) || d.unit) as named
    where e.unit = 'USER';
    analyze due_name;

    insert into due_window (number, kind, counts, begins, placements, experiment_id, phase, policy, unit, variant, exposed_at, closes_at,
                            market_id, device, page_type, returning_one)
    select row_number() over (), kind, not multiple and apart is null,
           case kind when 'SESSION' then exposed_at else exposed_at - interval '28 days' end, e.placements, experiment_id, phase, policy,
           x.unit, variant, exposed_at,
           least(exposed_at + make_interval(hours => e.window_hours),
                 lead(exposed_at) over (partition by experiment_id, phase, x.unit order by exposed_at, policy)),
           market_id, device, page_type, returning_one
    from (select distinct on (n.experiment_id, n.phase, n.unit, x.policy)
                 n.experiment_id, n.phase, n.unit, n.kind, x.policy, x.variant, x.exposed_at, x.market_id, x.device, x.page_type,
                 x.returning_one, bool_or(x.multiple) over key or min(x.variant) over key <> max(x.variant) over key as multiple,
                 min(x.apart) over key as apart
          from due_name n
          join exposure x on x.experiment_id = n.experiment_id and x.phase = n.phase and x.unit = n.named
          window key as (partition by n.experiment_id, n.phase, n.unit, x.policy)
          order by n.experiment_id, n.phase, n.unit, x.policy, x.exposed_at, x.variant) as x
    join experiment e using (experiment_id);
    analyze due_window;

    insert into seat
    select w.number, w.kind, w.experiment_id, w.phase, w.unit, w.exposed_at, w.unit, greatest(w.begins, v.started_at),
           least(w.closes_at, v.last_seen + interval '1 microsecond')
    from due_window w
    left join visitor_session v on v.tenant_id = tenant and v.session_id = w.unit
    where w.kind = 'SESSION' and w.counts
    union all
    select w.number, w.kind, w.experiment_id, w.phase, w.unit, w.exposed_at, v.session_id, greatest(w.begins, v.started_at),
           least(w.closes_at, v.last_seen + interval '1 microsecond')
    from due_window w
    join visitor_session v on v.tenant_id = tenant and v.visitor_id = w.unit
    where w.kind = 'VISITOR' and w.counts
    union all
    select distinct w.number, w.kind, w.experiment_id, w.phase, w.unit, w.exposed_at, v.session_id, greatest(w.begins, v.started_at),
           least(w.closes_at, v.last_seen + interval '1 microsecond')
    from due_window w
    join due_name n using (experiment_id, phase, unit)
    join session_link l on l.tenant_id = tenant and l.user_id = n.named
    join visitor_session v on v.tenant_id = tenant and v.session_id = l.session_id
    where w.kind = 'USER' and w.counts;
    delete from seat where ends <= begins;
    analyze seat;
end $$;

CREATE FUNCTION public.made_at(id uuid) RETURNS timestamp with time zone
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    select to_timestamp(('x' || left(replace(id::text, '-', ''), 12))::bit(48)::bigint / 1000.0)
$$;

CREATE FUNCTION public.make_units(tenant text) RETURNS void
    LANGUAGE plpgsql
    SET default_statistics_target TO '10'
    AS $$
begin
    analyze heard_event, heard_sale, heard_answer, phase_measure;
    insert into fresh_unit (experiment_id, phase, policy, unit, variant, exposed_at, closes_at, closed, market_id, device, page_type,
                            returning_one, amounts, before, shown)
    select w.experiment_id, w.phase, w.policy, w.unit, w.variant, w.exposed_at, w.closes_at, w.closes_at <= now(), w.market_id, w.device,
           w.page_type, w.returning_one, did.amounts,
           case when w.kind <> 'SESSION' then
               case when old.before is not null and w.begins < (kept_since(t.retention_days)::timestamp at time zone 'UTC') then old.before
                    else did.before end end,
           a.shown
    from due_window w
    join tenant t on t.tenant_id = tenant
    left join unit_metric old on old.experiment_id = w.experiment_id and old.phase = w.phase and old.unit = w.unit and old.policy = w.policy
    left join (select number, after, coalesce(sum(times) filter (where type = 'impression' and not bot), 0) as impressions,
                      coalesce(sum(times) filter (where type = 'click' and not bot), 0) as clicks
               from heard_event group by 1, 2) as seen on seen.number = w.number and seen.after
    left join (select number, after, coalesce(sum(times) filter (where type = 'impression' and not bot), 0) as impressions,
                      coalesce(sum(times) filter (where type = 'click' and not bot), 0) as clicks
               from heard_event group by 1, 2) as seen_before on seen_before.number = w.number and not seen_before.after
    left join heard_sale sold on sold.number = w.number and sold.after
    left join heard_sale sold_before on sold_before.number = w.number and not sold_before.after
    left join heard_answer a on a.number = w.number
    cross join lateral (
        select array_agg(least(whole_sum(coalesce(case m.measure
                   when 'impressions' then seen.impressions when 'clicks' then seen.clicks when 'carts' then sold.carts
                   when 'orders' then sold.orders when 'units' then sold.units when 'revenue' then sold.revenue
                   when 'revenue_capped' then sold.revenue when 'attributed_carts' then sold.attributed_carts
                   when 'attributed_orders' then sold.attributed_orders when 'attributed_units' then sold.attributed_units
                   when 'attributed_revenue' then sold.attributed_revenue when 'answers' then a.answers when 'empty_answers' then a.empty
                   when 'timed_answers' then a.timed when 'latency_ms' then a.latency_ms when 'positions' then a.positions
                   when 'products' then cardinality(a.shown) else own.amount end, 0)), m.cap) order by m.place),
               array_agg(least(whole_sum(coalesce(case m.measure
                   when 'impressions' then seen_before.impressions when 'clicks' then seen_before.clicks
                   when 'carts' then sold_before.carts when 'orders' then sold_before.orders when 'units' then sold_before.units
                   when 'revenue' then sold_before.revenue when 'revenue_capped' then sold_before.revenue
                   when 'attributed_carts' then sold_before.attributed_carts when 'attributed_orders' then sold_before.attributed_orders
                   when 'attributed_units' then sold_before.attributed_units when 'attributed_revenue' then sold_before.attributed_revenue
                   else own.before end, 0)), m.cap) order by m.place)
        from phase_measure m
        left join lateral (
            select sum(case when m.measure like 'event:%' then h.times else h.sum end) filter (where h.after) as amount,
                   sum(case when m.measure like 'event:%' then h.times else h.sum end) filter (where not h.after) as before
            from heard_event h
            where m.type is not null and h.number = w.number and h.type = m.type and not h.bot
        ) as own on m.type is not null
        where m.experiment_id = w.experiment_id and m.phase = w.phase
    ) as did (amounts, before)
    where w.counts and did.amounts is not null and not exists (select from heard_event h where h.number = w.number and h.bot);
end $$;

CREATE FUNCTION public.mark_event_days() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    insert into event_mark (tenant_id, day, events)
    select tenant_id, (happened_at at time zone 'UTC')::date, count(*) from changed_rows group by 1, 2;
    return null;
end $$;

CREATE FUNCTION public.mark_of(tenant text, kind text, value text) RETURNS bytea
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
    select sha256(m.outer_pad || sha256(m.inner_pad || convert_to(kind || ':' || value, 'UTF8'))) from marker m where m.tenant_id = tenant
$$;

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

CREATE FUNCTION public.mend_sums(experiment integer, stretch smallint, since date) RETURNS void
    LANGUAGE plpgsql
    AS $$
begin
    delete from experiment_total where experiment_id = experiment and phase = stretch;
    insert into experiment_total
    select experiment_id, phase, policy, variant, segment, value, closed, metric, sum(n), sum(y), sum(yy), sum(d), sum(dd), sum(yd), sum(x),
           sum(xx), sum(xy), sum(z), sum(zz), sum(xz), sum(xd), sum(yz), sum(dz)
    from (select * from part_sum union all select * from experiment_past where experiment_id = experiment and phase = stretch) as each
    group by 1, 2, 3, 4, 5, 6, 7, 8
    having sum(n) <> 0;
    delete from experiment_day where experiment_id = experiment and phase = stretch and day >= since;
    insert into experiment_day
    select experiment_id, phase, policy, variant, day, sum(units) from part_day where day >= since group by 1, 2, 3, 4, 5;
    update experiment_product set units = past where experiment_id = experiment and phase = stretch;
    insert into experiment_product as t (experiment_id, phase, variant, product_id, units)
    select experiment_id, phase, variant, product_id, sum(units) from part_product group by 1, 2, 3, 4
    on conflict (experiment_id, phase, variant, product_id) do update set units = t.units + excluded.units;
end $$;

CREATE FUNCTION public.name_events(INOUT batch public.told_event[], OUT untied jsonb) RETURNS record
    LANGUAGE plpgsql
    AS $$
declare
    naming record;
    tied   record;
    stands int;
begin
    untied := '{}';
    for naming in
        select e.tenant_id, e.user_id, e.identity_kinds as kinds, e.identity_values as vals, array_agg(e.ordinality::int) as places,
               array_agg(distinct e.number) as numbers
        from unnest(batch) with ordinality as e
        where e.identity_kinds is not null
        group by 1, 2, 3, 4
        order by 1, 2 nulls last, min(e.number)
    loop
        select t.user_id, t.refused into tied from tie(naming.tenant_id, naming.user_id, naming.kinds, naming.vals, false) as t;
        if naming.user_id is null then
            foreach stands in array naming.places loop
                batch[stands].user_id := tied.user_id;
            end loop;
        end if;
        if tied.refused <> '{}' then
            untied := untied || (select jsonb_object_agg(n, to_jsonb(tied.refused)) from unnest(naming.numbers) as n);
        end if;
    end loop;
end $$;

CREATE FUNCTION public.nameless_events_of(s public.someone) RETURNS TABLE(part oid, place tid, e public.event)
    LANGUAGE sql STABLE
    AS $$
    select e.tableoid, e.ctid, e
    from views_of(s) as shown
    join event e on e.tenant_id = s.tenant_id and e.view_id = (shown.v).view_id
                and e.session_id is null and e.user_id is null and e.visitor_id is null and e.claimed_user_id is null
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

CREATE FUNCTION public.note_answers(tenant text, sessions text[], users text[], visitors text[], moments timestamp with time zone[]) RETURNS void
    LANGUAGE sql
    AS $$
    insert into unit_due
    select distinct x.tenant_id, x.experiment_id, x.phase, x.unit
    from unnest(sessions, users, visitors, moments) as v (session_id, user_id, visitor_id, served_at)
    cross join lateral (
        values ('SESSION', v.session_id), ('USER', v.user_id), ('VISITOR', v.visitor_id)
        union all
        select 'USER', l.user_id from session_link l where l.tenant_id = tenant and l.session_id = v.session_id and v.user_id is null
    ) as named (kind, unit)
    join exposure x on x.tenant_id = tenant and x.unit = named.unit
    join experiment e on e.experiment_id = x.experiment_id and e.unit = named.kind
    where v.served_at >= x.exposed_at and v.served_at < x.exposed_at + make_interval(hours => e.window_hours)
$$;

CREATE FUNCTION public.note_late_views() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    insert into late_view (tenant_id, view_id)
    select tenant_id, view_id from changed_rows where served_at < now() - interval '5 minutes';
    return null;
end $$;

CREATE FUNCTION public.note_linked_units() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    if exists (select from exposure) then
        perform note_units(c.tenant_id, 'USER', array_agg(distinct named.unit))
        from changed_rows c
        join session_link l using (tenant_id, session_id)
        cross join lateral (select unnest(whole_of(c.tenant_id, person_of(c.tenant_id, u.user_id))) as unit
                            from (values (l.user_id), (c.user_id)) as u (user_id)) as named
        group by c.tenant_id;
    end if;
    return null;
end $$;

CREATE FUNCTION public.note_merged_units() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    perform note_units(o.tenant_id, 'USER', array_agg(distinct named.unit))
    from old_rows o
    join new_rows n using (tenant_id, user_id)
    cross join lateral (values (o.user_id), (o.person_id), (n.person_id)) as named (unit)
    where o.person_id is distinct from n.person_id and named.unit is not null
    group by o.tenant_id;

    -- One person who saw two variants as two users is shown as one who saw both.
    update exposure x set multiple = true
    from (select x.experiment_id, x.phase, x.policy, x.unit, row_number() over (key order by x.exposed_at, x.variant) as place,
                 min(x.variant) over key <> max(x.variant) over key as several
          from (select distinct n.tenant_id, person_of(n.tenant_id, n.user_id) as person
                from old_rows o join new_rows n using (tenant_id, user_id)
                where o.person_id is distinct from n.person_id) as one
          cross join lateral unnest(whole_of(one.tenant_id, one.person)) as named
          join exposure x on x.tenant_id = one.tenant_id and x.unit = named
          join experiment e on e.experiment_id = x.experiment_id and e.unit = 'USER'
          window key as (partition by x.experiment_id, x.phase, x.policy, one.tenant_id, one.person)) as seen
    where seen.place = 1 and seen.several and x.experiment_id = seen.experiment_id and x.phase = seen.phase and x.policy = seen.policy
      and x.unit = seen.unit and not x.multiple;
    return null;
end $$;

CREATE FUNCTION public.note_relinked() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    insert into relinked (tenant_id, session_id, user_id) select tenant_id, session_id, user_id from changed_rows;
    return null;
end $$;

CREATE FUNCTION public.note_units(tenant text, kind text, units text[]) RETURNS void
    LANGUAGE sql
    AS $$
    insert into unit_due
    select distinct x.tenant_id, x.experiment_id, x.phase, x.unit
    from unnest(units) as named (unit)
    join exposure x on x.tenant_id = tenant and x.unit = named.unit
    join experiment e on e.experiment_id = x.experiment_id and e.unit = kind
$$;

CREATE FUNCTION public.note_visiting_units() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    perform note_units(new.tenant_id, 'VISITOR', array_remove(array[old.visitor_id, new.visitor_id], null));
    if new.visitor_id is not null and is_of_bots(new.tenant_id, 'SESSION', new.session_id) then
        update exposure x set apart = 'BOT'
        from experiment e
        where x.tenant_id = new.tenant_id and x.unit = new.visitor_id and e.experiment_id = x.experiment_id and e.unit = 'VISITOR';
    end if;
    return null;
end $$;

CREATE FUNCTION public.of_their_event(columns text[]) RETURNS text
    LANGUAGE sql IMMUTABLE
    AS $$
    select 't.event_id in (select old from fresh_id where kind = ''event'') and exists (select from their_row r where r.is_event and not r.apart and r.event_id = t.event_id'
        || case when 'trusted' = any (columns) then ' and r.trusted = t.trusted' else '' end
        || case when 'order_key' = any (columns)
                then ' and t.order_key in (coalesce(''o:'' || coalesce(r.claim, r.order_id), ''e:'' || r.event_id), ''o:'' || r.order_id,
                                           case when r.trusted then ''c:'' else ''b:'' end || r.event_id)' else '' end
        || case when 'view_id' = any (columns) then ' and t.view_id = any (r.views)' else '' end
        || case when 'happened_at' = any (columns) then ' and t.happened_at = r.moment' else '' end || ')'
$$;

CREATE FUNCTION public.own_sessions(s public.someone) RETURNS text[]
    LANGUAGE sql STABLE
    AS $$
    select s.loose || array(
        select told from unnest(s.sessions) as told
        where not exists (select from session_link l
                          where l.tenant_id = s.tenant_id and l.session_id = told and l.user_id <> all (s.users)))
$$;

CREATE FUNCTION public.people_lock(tenant text) RETURNS bigint
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    select hashtextextended('endcap.people:' || tenant, 0)
$$;

CREATE FUNCTION public.person_among(tenant text, owners text[]) RETURNS text
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    AS $$
declare
    own text;
    session text;
    named text;
    visitor text;
begin
    foreach own in array owners loop
        case left(own, 2)
            when 's:' then session := substr(own, 3);
            when 'u:' then named := substr(own, 3);
            else visitor := substr(own, 3);
        end case;
    end loop;
    return coalesce(who_asks(tenant, named, session, visitor, '{}', '{}'), user_of(tenant, session, null, now()));
end $$;

CREATE FUNCTION public.person_of(tenant text, named text) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
    select coalesce((select u.person_id from shop_user u where u.tenant_id = tenant and u.user_id = named), named)
$$;

CREATE FUNCTION public.policy_of(s public.told_exposure) RETURNS integer
    LANGUAGE sql STABLE
    AS $$
    select case when s.policy >= 0 then s.policy else coalesce((
        select max(p.policy) from experiment_policy p
        where p.experiment_id = s.experiment_id and p.phase = s.phase and p.since <= s.exposed_at), 0) end
$$;

CREATE FUNCTION public.position_of(id uuid) RETURNS integer
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ select get_byte(uuid_send(id), 15) $$;

CREATE FUNCTION public.products_of(batch public.told_event[]) RETURNS TABLE(tenant_id text, event_id text, line integer, type text, happened_at timestamp with time zone, session_id text, user_id text, product_id text, apart text)
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
    select e.tenant_id, e.event_id, line.ordinality::int - 1, e.type, e.happened_at, e.session_id, e.user_id, line.product_id, e.apart
    from unnest(batch) as e
    cross join lateral unnest(lines_of(e)) with ordinality as line
$$;

CREATE FUNCTION public.recommendation_of(view uuid, list integer, place integer) RETURNS uuid
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    select encode(set_byte(set_byte(uuid_send(view), 14, list), 15, place), 'hex')::uuid
$$;

CREATE FUNCTION public.refuse_told(batch public.told_event[], most integer) RETURNS void
    LANGUAGE sql
    AS $$
    insert into preference as p (tenant_id, owner, kind, id, action, said_at)
    select tenant_id, owner, 'PRODUCT', product_id, 'NEVER_RECOMMEND', max(happened_at)
    from unnest(batch) as e, lateral (select coalesce('u:' || user_id, 's:' || session_id) as owner) as said
    where type = 'not_interested' and product_id is not null and owner is not null and apart is null
      and (select count(*) from preference p where p.tenant_id = e.tenant_id and p.owner = said.owner) < most
    group by tenant_id, owner, product_id
    order by tenant_id, owner, product_id
    on conflict (tenant_id, owner, kind, id) do update set action = excluded.action, said_at = greatest(p.said_at, excluded.said_at)
$$;

CREATE FUNCTION public.remember_events(batch public.told_event[], types text[], sessions boolean) RETURNS void
    LANGUAGE plpgsql
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
declare
    memories recent_event[] := array(
        select (s.tenant_id, owner, happened_at, event_id, line, type, product_id, user_id)::recent_event
        from products_of(batch) as s
        left join event_type own on own.tenant_id = s.tenant_id and own.name = s.type
        cross join lateral (values (case when sessions then 's:' || session_id end), ('u:' || user_id)) as owners (owner)
        where owner is not null and product_id is not null and apart is null and coalesce(own.weight > 0, type = any (types))
        order by s.tenant_id, owner);
begin
    begin
        insert into recent_event select * from unnest(memories);
    exception when unique_violation then                 -- somebody tells the same of several: hardly ever, so that nobody looks before
        insert into recent_event select * from unnest(memories) on conflict do nothing;
    end;

    -- Few have more than that: whether they do is seen in the index, and what is too much is found for these alone, before any of it goes.
    with surplus as materialized (
        select touched.tenant_id, touched.owner, beyond.happened_at, beyond.event_id, beyond.line
        from (select distinct tenant_id, owner from unnest(memories)) as touched
        cross join lateral (
            select from recent_event k
            where k.tenant_id = touched.tenant_id and k.owner = touched.owner
            order by k.happened_at desc, k.event_id desc, k.line desc
            offset 50 limit 1
        ) as crowded
        cross join lateral (
            select k.happened_at, k.event_id, k.line
            from recent_event k
            where k.tenant_id = touched.tenant_id and k.owner = touched.owner
            order by k.happened_at desc, k.event_id, k.line
            offset 50
        ) as beyond
    )
    delete from recent_event r
    using surplus
    where r.tenant_id = surplus.tenant_id and r.owner = surplus.owner and r.happened_at = surplus.happened_at
      and r.event_id = surplus.event_id and r.line = surplus.line;
end $$;

CREATE FUNCTION public.rename_someone(s public.someone) RETURNS void
    LANGUAGE plpgsql
    AS $_$
declare
    fresh_user text := gen_random_uuid();
begin
    create temp table if not exists their_row (
        part oid, place tid, is_event boolean, moment timestamptz, event_id text, session_id text, visitor_id text, views uuid[],
        order_id text, bought boolean, trusted boolean, words text[], channel text, apart boolean, claim text, beaten boolean
    ) on commit drop;
    create temp table if not exists fresh_id (kind text, old text, fresh text, primary key (kind, old)) on commit drop;
    truncate their_row, fresh_id;
    insert into their_row
    select part, place, true, (e).happened_at, (e).event_id, (e).session_id, (e).visitor_id,
           array[(e).view_id, view_of((e).recommendation_id), view_of((e).list_id)], (e).order_id, (e).type = 'purchase',
           (e).scope <> 'STOREFRONT', array[(e).product_id, (e).category_id, (e).placement_id, (e).channel], (e).channel, (e).apart is not null
    from (select * from events_of(s) union all select * from nameless_events_of(s)) as theirs
    union all
    select part, place, false, (v).served_at, null, (v).session_id, (v).visitor_id, array[(v).view_id], null, false, true,
           array(select jsonb_path_query((v).lists, '$[*].products[*]') #>> '{}'), (v).channel, false
    from views_of(s);
    analyze their_row;

    insert into fresh_id
    select kind, old, gen_random_uuid()::text
    from (select 'session' as kind, session_id as old from their_row
          union select 'visitor', visitor_id from their_row
          union select 'event', event_id from their_row) as ids
    where old is not null;
    insert into fresh_id select 'user', named, fresh_user from unnest(s.users) as named;

    create temp table their_view on commit drop as
    select distinct view
    from their_row, unnest(views) as view
    where view is not null and (view in (select views[1] from their_row where not is_event) or not exists (
        select from served_view v where v.tenant_id = s.tenant_id and v.view_id = view and v.served_at = made_at(view)));
    insert into fresh_id
    select 'view', left(replace(view::text, '-', ''), 28), case when is_ours(view) then
               left(replace(view::text, '-', ''), 12) || '8' || left(chance, 3)
               || substr('89ab', (('x' || right(chance, 1))::bit(4)::int % 4) + 1, 1) || substr(chance, 4, 11)
           else left(chance, 28) end
    from their_view
    cross join lateral (select md5(gen_random_uuid()::text || view) as chance) as random
    on conflict do nothing;                              -- of one that is no view of ours, told as a view and as a list
    drop table their_view;
end $_$;

CREATE FUNCTION public.rename_units(s public.someone) RETURNS bigint
    LANGUAGE plpgsql
    AS $$
declare
    number bigint;
begin
    if not exists (select from exposure x where x.tenant_id = s.tenant_id) then
        return 0;
    end if;
    insert into fresh_id
    select distinct case e.unit when 'SESSION' then 'session' else 'visitor' end, x.unit, gen_random_uuid()::text
    from exposures_of(s) as x join experiment e using (experiment_id)
    where e.unit <> 'USER'
    on conflict do nothing;
    perform note_units(s.tenant_id, upper(f.kind), array_agg(f.old)) from fresh_id f where f.kind in ('session', 'visitor') group by f.kind;

    -- Of users who have become one person, the others' rows go first.
    perform stage_folding();
    insert into due_unit
    select u.experiment_id, u.phase, u.unit
    from exposures_of(s) as x join experiment e using (experiment_id)
    join unit_metric u on u.experiment_id = x.experiment_id and u.phase = x.phase and u.unit = any (s.users) and u.unit <> s.person_id
    where e.unit = 'USER';
    if found then
        with old as (
            delete from unit_metric u using (select distinct * from due_unit) as d
            where u.experiment_id = d.experiment_id and u.phase = d.phase and u.unit = d.unit
            returning u.*
        )
        insert into gone_unit select * from old;
        perform look_up_phases();
        perform add_units();
    end if;
    delete from unit_of_bots u using exposures_of(s) as x, experiment e
    where e.experiment_id = x.experiment_id and e.unit = 'USER' and u.experiment_id = x.experiment_id and u.phase = x.phase
      and u.unit = any (s.users) and u.unit <> s.person_id;

    with mine as materialized (
        select distinct x.experiment_id, x.phase, x.policy, x.unit, f.fresh
        from exposures_of(s) as x
        join experiment e using (experiment_id)
        join fresh_id f on f.kind = lower(e.unit) and f.old = x.unit
    ), gone as (
        delete from exposure x using mine m
        where x.experiment_id = m.experiment_id and x.phase = m.phase and x.policy = m.policy and x.unit = m.unit
        returning x.*, m.fresh
    ), counted as (
        update unit_metric u set unit = m.fresh
        from (select distinct experiment_id, phase, unit, fresh from mine) as m
        where u.experiment_id = m.experiment_id and u.phase = m.phase and u.unit = m.unit
    ), shunned as (
        update unit_of_bots u set unit = m.fresh
        from (select distinct experiment_id, phase, unit, fresh from mine) as m
        where u.experiment_id = m.experiment_id and u.phase = m.phase and u.unit = m.unit
    ), waiting as (
        update unit_due d set unit = m.fresh
        from (select distinct experiment_id, phase, unit, fresh from mine) as m
        where d.experiment_id = m.experiment_id and d.phase = m.phase and d.unit = m.unit
    ), due as (
        insert into unit_due select distinct s.tenant_id, experiment_id, phase, fresh from mine
    )
    insert into exposure (tenant_id, experiment_id, phase, policy, unit, variant, exposed_at, source, propensity, multiple, apart, market_id,
                          device, page_type, returning_one)
    select distinct on (experiment_id, phase, fresh, policy)
           s.tenant_id, experiment_id, phase, policy, fresh, variant, exposed_at, source, propensity,
           bool_or(multiple) over key or min(variant) over key <> max(variant) over key, min(apart) over key, market_id, device, page_type,
           returning_one
    from gone
    window key as (partition by experiment_id, phase, fresh, policy)
    order by experiment_id, phase, fresh, policy, exposed_at, variant;
    get diagnostics number = row_count;

    -- A visitor's unit is found by its sessions.
    insert into visitor_session (tenant_id, session_id, visitor_id, started_at, last_seen)
    select s.tenant_id, f.fresh, v.fresh, old.started_at, old.last_seen
    from visitor_session old
    join fresh_id f on f.kind = 'session' and f.old = old.session_id
    join fresh_id v on v.kind = 'visitor' and v.old = old.visitor_id
    where old.tenant_id = s.tenant_id and old.session_id = any (own_sessions(s))
      and exists (select from exposure x where x.tenant_id = s.tenant_id and x.unit = v.fresh)
    on conflict do nothing;
    return number;
end $$;

CREATE FUNCTION public.renamed(name text) RETURNS text
    LANGUAGE sql IMMUTABLE
    AS $_$
    select case
        when name in ('session_id', 'visitor_id', 'user_id', 'told_user_id', 'event_id', 'order_id') then format(
            'coalesce((select f.fresh from fresh_id f where f.kind = %L and f.old = t.%I), t.%2$I)',
            case name when 'told_user_id' then 'user' else replace(name, '_id', '') end, name)
        when name = 'order_key' then
            'coalesce((select left(t.order_key, 2) || f.fresh from fresh_id f
                       where f.kind = case left(t.order_key, 2) when ''o:'' then ''order'' else ''event'' end
                         and f.old = substr(t.order_key, 3)), t.order_key)'
        when name in ('product_id', 'category_id', 'placement_id', 'channel') then format(
            'case when t.%1$I in (select f.old from fresh_id f where f.kind = %1$L)
                  then (select f.fresh from fresh_id f where f.kind = %1$L and f.old = t.%1$I) else t.%1$I end', name)
        when name in ('view_id', 'list_id', 'recommendation_id') then format(
            'coalesce((select (f.fresh || right(replace(t.%1$I::text, ''-'', ''''), 4))::uuid from fresh_id f
                       where f.kind = ''view'' and f.old = left(replace(t.%1$I::text, ''-'', ''''), 28)), t.%1$I)', name)
    end
$_$;

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

CREATE FUNCTION public.said_by(s public.someone) RETURNS SETOF public.preference
    LANGUAGE sql STABLE
    AS $$
    select p.*
    from preference p
    where p.tenant_id = s.tenant_id and (
        p.owner = any (array(select 'u:' || u from unnest(s.users) as u))
        or p.owner = any (array(select 's:' || o from unnest(s.loose) as o))
        or p.owner = any (array(select 's:' || o from unnest(s.sessions) as o))
           and user_of(p.tenant_id, substr(p.owner, 3), null, p.said_at) = s.person_id)
$$;

CREATE FUNCTION public.search_query(term text) RETURNS tsquery
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    select case when querytree(websearch_to_tsquery('simple', term)) in ('', 'T') then null else websearch_to_tsquery('simple', term) end
$$;

CREATE FUNCTION public.set_apart(tenant text, part text) RETURNS void
    LANGUAGE sql
    AS $$
    update shop_user set absorbed_by = null, person_id = null where tenant_id = tenant and user_id = part;
    with recursive below as (
        select user_id from shop_user where tenant_id = tenant and absorbed_by = part
        union
        select u.user_id from below join shop_user u on u.tenant_id = tenant and u.absorbed_by = below.user_id
    )
    update shop_user u set person_id = part from below where u.tenant_id = tenant and u.user_id = below.user_id;
    insert into relinked (tenant_id, user_id) values (tenant, part);
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

CREATE FUNCTION public.sink_told(batch public.told_event[], most integer, types text[], rotating text[]) RETURNS void
    LANGUAGE sql
    AS $$
    with told as materialized (
        select e.tenant_id, owner, e.product_id, e.happened_at
        from products_of(batch) as e, lateral (select coalesce('u:' || e.user_id, 's:' || e.session_id) as owner) as said
        where e.tenant_id = any (rotating) and e.product_id is not null and owner is not null and e.apart is null and e.type = 'impression'
    ), touched as materialized (
        select e.tenant_id, owners.owner, e.product_id, max(e.happened_at) as at
        from products_of(batch) as e, lateral (values ('u:' || e.user_id), ('s:' || e.session_id)) as owners (owner)
        where e.tenant_id = any (rotating) and e.product_id is not null and owners.owner is not null and e.apart is null
          and coalesce((select t.weight > 0 from event_type t where t.tenant_id = e.tenant_id and t.name = e.type), e.type = any (types))
        group by 1, 2, 3
    ), cleared as (
        delete from recent_sight r using touched t
        where r.tenant_id = t.tenant_id and r.owner = t.owner and r.product_id = t.product_id
          and not exists (select from told seen
                          where seen.tenant_id = t.tenant_id and seen.owner = t.owner and seen.product_id = t.product_id
                            and seen.happened_at > t.at)
    ), seen as materialized (
        select tenant_id, owner, product_id, sights, seen_at, at
        from (
            select told.tenant_id, told.owner, told.product_id, count(*)::int as sights, max(told.happened_at) as seen_at, max(t.at) as at,
                   row_number() over (partition by told.tenant_id, told.owner order by max(told.happened_at) desc, told.product_id) as newest
            from told
            left join touched t using (tenant_id, owner, product_id)
            where t.at is null or told.happened_at > t.at
            group by 1, 2, 3
        ) as each
        where newest <= most
    ), crowded as (
        delete from recent_sight r
        using (
            select kept.tenant_id, kept.owner, kept.product_id,
                   row_number() over (partition by kept.tenant_id, kept.owner order by kept.seen_at desc) + fresh.products as newest
            from (select tenant_id, owner, count(*) as products from seen group by 1, 2) as fresh
            join recent_sight kept using (tenant_id, owner)
            where not exists (select from seen where (seen.tenant_id, seen.owner, seen.product_id)
                                                   = (kept.tenant_id, kept.owner, kept.product_id))
              and not exists (select from touched t where (t.tenant_id, t.owner, t.product_id)
                                                        = (kept.tenant_id, kept.owner, kept.product_id))
        ) as old
        where old.newest > most and (r.tenant_id, r.owner, r.product_id) = (old.tenant_id, old.owner, old.product_id)
    )
    insert into recent_sight as r (tenant_id, owner, product_id, sights, seen_at)
    select tenant_id, owner, product_id, sights, seen_at from seen order by tenant_id, owner, product_id
    on conflict (tenant_id, owner, product_id) do update
    set sights = case when (select at from seen s where (s.tenant_id, s.owner, s.product_id) = (r.tenant_id, r.owner, r.product_id)) is null
                      then r.sights + excluded.sights else excluded.sights end,
        seen_at = greatest(r.seen_at, excluded.seen_at)
$$;

CREATE FUNCTION public.someone(tenant text, kind text, value text, widely boolean) RETURNS public.someone
    LANGUAGE plpgsql STABLE
    AS $$
declare
    s someone := (tenant, find_person(tenant, kind, value), '{}', '{}', '{}', '{}');
begin
    if s.person_id is null and kind = 'user' then
        s.person_id := value;
    end if;
    if s.person_id is not null then
        s.users := whole_of(tenant, s.person_id);
        s.sessions := array(select distinct l.session_id from session_link l
                            where l.tenant_id = tenant and l.user_id = any (s.users) and is_linked(l));
        s.visitors := array(select i.value from user_identity i
                            where i.tenant_id = tenant and i.user_id = any (s.users) and i.kind = 'visitor');
    elsif kind = 'session' then
        s.loose := array[value];
    elsif kind = 'visitor' then
        s.visitors := array[value];
    end if;
    if widely and s.person_id is not null then
        s.visitors := s.visitors || array(
            select distinct v.visitor_id
            from visitor_session v
            where v.tenant_id = tenant and v.session_id = any (s.sessions) and v.visitor_id is not null and v.visitor_id <> all (s.visitors)
              and not exists (select from visitor_session o
                              join session_link l on l.tenant_id = o.tenant_id and l.session_id = o.session_id
                              where o.tenant_id = tenant and o.visitor_id = v.visitor_id and l.user_id <> all (s.users)));
    end if;
    if widely or kind = 'visitor' and s.person_id is null then
        s.loose := s.loose || array(
            select v.session_id from visitor_session v
            where v.tenant_id = tenant and v.visitor_id = any (s.visitors)
              and not exists (select from session_link l where l.tenant_id = tenant and l.session_id = v.session_id));
    end if;
    return s;
end $$;

CREATE FUNCTION public.sorted_letters(word text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    select string_agg(letter, '' order by letter collate "C") from unnest(string_to_array(word, null)) as letter
$$;

CREATE FUNCTION public.stage_attribution() RETURNS void
    LANGUAGE plpgsql
    AS $$
begin
    if to_regclass('pg_temp.told') is not null then
        return;
    end if;
    create temp table told (
        type text not null, event_id text not null, line smallint not null, happened_at timestamptz not null, session_id text,
        user_id text, visitor_id text, market_id text, channel text, trusted boolean not null, whole boolean not null, product_id text,
        quantity int, unit_price_minor bigint, currency text, order_id text, recommendation_id uuid, view_id uuid, list_id uuid,
        placement_id text, position smallint
    ) on commit delete rows;
    create temp table told_touch (like touch_stray) on commit delete rows;
    create temp table shown (
        view_id uuid not null, preview boolean not null, release_id text, channel text, market_id text, session_id text, user_id text,
        visitor_id text, lists jsonb not null
    ) on commit delete rows;
    create temp table heard_touch (like touch) on commit delete rows;
    create temp table before_touch (like touch) on commit delete rows;
    create temp table after_touch (like touch) on commit delete rows;
    create temp table gone_touch (like touch) on commit delete rows;
    create temp table come_touch (like touch) on commit delete rows;
    create temp table stirred (
        session_id text, user_id text, visitor_id text, since timestamptz not null
    ) on commit delete rows;
    create temp table relinked_session (session_id text not null) on commit delete rows;
    create temp table relinked_user (user_id text not null) on commit delete rows;
    create temp table dirty_order (order_key text not null) on commit delete rows;
    create temp table heard_conversion (like conversion) on commit delete rows;
    create temp table before_conversion (like conversion) on commit delete rows;
    create temp table after_conversion (like conversion) on commit delete rows;
    create temp table dirty_conversion (
        order_key text not null, event_id text not null, line smallint not null
    ) on commit delete rows;
end $$;

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
            select 0 as number, tenant_id, market_id, product_id, price_minor, sale_price_minor, available, quantity, title, page_url, sku
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

CREATE FUNCTION public.stage_folding() RETURNS void
    LANGUAGE plpgsql
    AS $$
begin
    if to_regclass('pg_temp.due_unit') is not null then
        truncate stirred_by, due_unit, due_name, due_window, seat, heard_event, heard_sale, heard_answer, phase_measure, phase_metric,
                 phase_factor, fresh_unit, gone_unit, come_unit, part_sum, part_day, part_product;
        return;
    end if;
    create temp table stirred_by (
        session_id text, user_id text, visitor_id text, since timestamptz not null, until timestamptz not null, bot boolean not null
    ) on commit delete rows;
    create temp table due_unit (experiment_id int not null, phase smallint not null, unit text not null) on commit delete rows;
    -- By which names a due unit was exposed: a user may be several, who are one person.
    create temp table due_name (
        experiment_id int not null, phase smallint not null, unit text not null, named text not null, kind text not null
    ) on commit delete rows;
    create temp table due_window (
        number int not null, kind text not null, counts boolean not null, begins timestamptz not null, placements text[] not null,
        like unit_metric
    ) on commit delete rows;
    alter table due_window alter closed drop not null, alter amounts drop not null;
    create temp table seat (
        number int not null, kind text not null, experiment_id int not null, phase smallint not null, unit text not null,
        exposed_at timestamptz not null, session_id text not null, begins timestamptz not null, ends timestamptz not null
    ) on commit delete rows;
    create temp table heard_event (
        number int not null, type text not null, after boolean not null, bot boolean not null, times bigint not null, sum numeric not null
    ) on commit delete rows;
    create temp table heard_sale (
        number int not null, after boolean not null, carts bigint not null, orders bigint not null, units numeric not null,
        revenue numeric not null, attributed_carts bigint not null, attributed_orders bigint not null, attributed_units numeric not null,
        attributed_revenue numeric not null
    ) on commit delete rows;
    create temp table heard_answer (
        number int not null, answers bigint not null, empty bigint not null, timed bigint not null, latency_ms numeric not null,
        positions bigint not null, shown text[]
    ) on commit delete rows;
    create temp table phase_measure (
        experiment_id int not null, phase smallint not null, place int not null, measure text not null, type text, cap bigint
    ) on commit delete rows;
    create temp table phase_metric (
        experiment_id int not null, phase smallint not null, metric text not null, proportion boolean not null, y int not null, d int, cap bigint
    ) on commit delete rows;
    create temp table phase_factor (
        experiment_id int not null, phase smallint not null, currency text not null, factor numeric not null
    ) on commit delete rows;
    create temp table fresh_unit (like unit_metric) on commit delete rows;
    create temp table gone_unit (like unit_metric) on commit delete rows;
    create temp table come_unit (like unit_metric) on commit delete rows;
    create temp table part_sum (like experiment_total) on commit delete rows;
    create temp table part_day (like experiment_day) on commit delete rows;
    create temp table part_product (like experiment_product) on commit delete rows;
end $$;

CREATE FUNCTION public.stage_listing() RETURNS void
    LANGUAGE plpgsql
    AS $$
begin
    if to_regclass('pg_temp.listed_product') is null then
        create temp table listed_product (market_id text, product_id text) on commit delete rows;
    end if;
end $$;

CREATE FUNCTION public.stage_sums(experiment integer, stretch smallint) RETURNS text
    LANGUAGE plpgsql
    AS $$
begin
    insert into due_unit values (experiment, stretch, '');
    perform look_up_phases();
    return (select unread from experiment_phase where experiment_id = experiment and phase = stretch);
end $$;

CREATE FUNCTION public.sum_units() RETURNS TABLE(experiment_id integer, phase smallint, policy integer, variant smallint, segment text, value text, closed boolean, metric text, n bigint, y numeric, yy numeric, d numeric, dd numeric, yd numeric, x numeric, xx numeric, xy numeric, z numeric, zz numeric, xz numeric, xd numeric, yz numeric, dz numeric)
    LANGUAGE plpgsql STABLE
    SET enable_sort TO 'off'
    SET work_mem TO '32MB'
    AS $$
#variable_conflict use_column
begin
    return query
        with equal as (
            select u.experiment_id, u.phase, u.policy, u.variant, u.market_id, u.device, u.page_type, u.returning_one, u.closed, m.metric,
                   case when m.proportion then (u.amounts[m.y] > 0)::int else least(u.amounts[m.y], m.cap) end as y,
                   coalesce(u.amounts[m.d], 0) as d,
                   case when u.before is null then 0 when m.proportion then (u.before[m.y] > 0)::int
                        else least(u.before[m.y], m.cap) end as x,
                   u.before[m.d] as z, sum(sign) as times
            from (select *, 1 as sign from come_unit union all select *, -1 from gone_unit) as u
            join phase_metric m using (experiment_id, phase)
            group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14
            having sum(sign) <> 0
        ), alike as (
            select u.experiment_id, u.phase, u.policy, u.variant, u.market_id, u.device, u.page_type,
                   case when u.returning_one then 'returning' when not u.returning_one then 'new' end as newness, u.closed, u.metric,
                   sum(times)::bigint as n, sum(times * u.y) as y, sum(times * u.y * u.y) as yy, sum(times * u.d) as d,
                   sum(times * u.d * u.d) as dd, sum(times * u.y * u.d) as yd, sum(times * u.x) as x, sum(times * u.x * u.x) as xx,
                   sum(times * u.x * u.y) as xy, coalesce(sum(times * u.z), 0) as z, coalesce(sum(times * u.z * u.z), 0) as zz,
                   coalesce(sum(times * u.z * u.x), 0) as xz, sum(times * u.d * u.x) as xd, coalesce(sum(times * u.z * u.y), 0) as yz,
                   coalesce(sum(times * u.z * u.d), 0) as dz
            from (select experiment_id, phase, policy, variant, market_id, device, page_type, returning_one, closed, metric, y::numeric as y,
                         d::numeric as d, x::numeric as x, z::numeric as z, times::numeric as times
                  from equal) as u
            group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
        )
        select a.experiment_id, a.phase, a.policy, a.variant, s.segment, s.value, a.closed, a.metric, sum(a.n)::bigint, sum(a.y), sum(a.yy),
               sum(a.d), sum(a.dd), sum(a.yd), sum(a.x), sum(a.xx), sum(a.xy), sum(a.z), sum(a.zz), sum(a.xz), sum(a.xd), sum(a.yz), sum(a.dz)
        from alike a
        cross join lateral (values ('', ''), ('market', a.market_id), ('device', a.device), ('page_type', a.page_type),
                                   ('newness', a.newness)) as s (segment, value)
        where s.value is not null
        group by 1, 2, 3, 4, 5, 6, 7, 8;
end $$;

CREATE FUNCTION public.tables_of_people() RETURNS TABLE(name text, columns text[])
    LANGUAGE sql STABLE
    AS $$
    select c.relname, array_agg(a.attname::text)
    from pg_class c
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
      and c.relname not in ('event', 'served_view', 'shop_user', 'user_identity', 'visitor_session', 'session_link', 'recent_event',
                            'recent_sight', 'preference', 'curated_list', 'refused_merge', 'relinked', 'forgotten', 'erasure_receipt')
    group by c.relname
    having 'tenant_id' = any (array_agg(a.attname))
       and array_agg(a.attname::text) && array['session_id', 'user_id', 'told_user_id', 'visitor_id', 'event_id', 'order_key']
$$;

CREATE FUNCTION public.take_in(told public.told_event[], types text[], sessions boolean, hoping boolean, rotating text[], most_refused integer, most_sights integer) RETURNS TABLE(outcome text, number integer, place integer)
    LANGUAGE plpgsql
    AS $$
#variable_conflict use_column
declare
    batch   told_event[] := told;
    gone    int[] := hold_batch(batch);
    untied  jsonb;
    told_of record;
begin
    return query select 'BLOCKED', n, null::int from unnest(gone) as n;
    batch := without(batch, gone);
    gone := claim_events(batch, hoping);
    return query select 'KNOWN', n, null::int from unnest(gone) as n;
    batch := without(batch, gone);
    if batch = '{}' then
        return;
    end if;
    if exists (select from unnest(batch) where identity_kinds is not null) then
        select n.batch, n.untied into batch, untied from name_events(batch) as n;
        return query select 'UNTIED', key::int, p::int from jsonb_each(untied), jsonb_array_elements_text(value) as p;
    end if;
    select bool_or(user_id is not null) as users, bool_or(session_id is not null and (user_id is not null or visitor_id is not null)) as visits,
           bool_or(type = 'not_interested') as refusals
    into told_of
    from unnest(batch);

    perform keep_events(batch);
    if told_of.users then
        perform add_users(batch);
    end if;
    if told_of.visits then
        perform link_sessions(batch);
    end if;
    perform remember_events(batch, types, sessions);
    if told_of.refusals then
        perform refuse_told(batch, most_refused);
    end if;
    if rotating <> '{}' then
        perform sink_told(batch, most_sights, types, rotating);
    end if;
end $$;

CREATE FUNCTION public.tastes(tenant text, owners text[]) RETURNS SETOF public.preference
    LANGUAGE plpgsql STABLE ROWS 20 PARALLEL SAFE
    AS $$
declare
    person text := person_among(tenant, owners);
begin
    return query
        select p.*
        from preference p
        where p.tenant_id = tenant and p.owner = any (kin_of(tenant, person, owners))
          and (p.owner like 'u:%' or concerns(tenant, person, substr(p.owner, 3), null, p.said_at));
end $$;

CREATE FUNCTION public.things_that_age() RETURNS TABLE(name text, moment text, only_if text)
    LANGUAGE sql STABLE
    AS $_$
    values ('event_key', 'day', 'true'), ('event_day', 'day', 'true'), ('recent_event', 'happened_at', 'true'),
           ('recent_sight', 'seen_at', 'true'), ('visitor_session', 'last_seen', 'true'),
           ('preference', 'said_at', $only$t.owner like 's:%' and not exists (
               select from visitor_session v where v.tenant_id = t.tenant_id and v.session_id = substr(t.owner, 3))$only$),
           ('order_entry', 'happened_at', 'true'), ('conversion', 'happened_at', 'true'), ('touch_done', 'happened_at', 'true'),
           ('touch_stray', 'happened_at', 'true'), ('touch_total', 'day', 'true'), ('credit', 'day', 'true'),
           ('refused_merge', 'refused_at', 'true'),
           ('shop_user', 'created_at', $only$t.made and t.absorbed_by is null
               and not exists (select from event e where e.tenant_id = t.tenant_id and e.user_id = t.user_id)
               and not exists (select from session_link l where l.tenant_id = t.tenant_id and l.user_id = t.user_id)
               and not exists (select from shop_user u where u.tenant_id = t.tenant_id and u.person_id = t.user_id)$only$)
$_$;

CREATE FUNCTION public.tie(tenant text, known text, kinds text[], vals text[], strict boolean, OUT user_id text, OUT refused integer[]) RETURNS record
    LANGUAGE plpgsql
    AS $$
#variable_conflict use_column
declare
    told record;
    whole text;
    fresh text := known;
begin
    for attempt in 1 .. 2 loop
        select array_agg(i.user_id order by place) as users, array_agg(coalesce(u.person_id, i.user_id) order by place) as people,
               array_agg(coalesce(p.made, false) order by place) as made, bool_and(i.user_id is not null) as there
        into told
        from unnest(kinds, vals) with ordinality as id (kind, value, place)
        left join user_identity i on i.tenant_id = tenant and i.kind = id.kind and i.value = id.value
        left join shop_user u on u.tenant_id = tenant and u.user_id = i.user_id
        left join shop_user p on p.tenant_id = tenant and p.user_id = coalesce(u.person_id, i.user_id);
        whole := person_of(tenant, coalesce(known, told.users[1]));
        if coalesce(told.there, true) and coalesce(whole = all (told.people), true)
           and (known is null or exists (select from shop_user s where s.tenant_id = tenant and s.user_id = known)) then
            user_id := coalesce(known, told.users[1]);
            refused := '{}';
            return;
        end if;
        exit when attempt = 2;
        perform pg_advisory_xact_lock(hashtextextended('endcap.tie:' || tenant, 0));
    end loop;

    if known is not null then
        whole := person_of(tenant, known);
        if exists (select from shop_user s where s.tenant_id = tenant and s.user_id = whole and s.made) then
            whole := coalesce((select p from unnest(told.people, told.made) with ordinality as t (p, made, place)
                               where p is not null and not made order by place limit 1), whole);
        end if;
    else
        whole := (select p from unnest(told.people, told.made) with ordinality as t (p, made, place)
                  where p is not null order by made, place limit 1);
        fresh := coalesce(whole, gen_random_uuid()::text);
    end if;
    whole := coalesce(whole, fresh);
    refused := array(select place::int from unnest(told.people, told.made) with ordinality as t (p, made, place)
                     where p <> whole and not made order by place);
    insert into refused_merge as r (tenant_id, kind, hint, user_id, other_id)
    select distinct tenant, kinds[n], hint_of(kinds[n], vals[n]), whole, told.people[n] from unnest(refused) as n
    on conflict (tenant_id, user_id, other_id, kind, hint) do update set times = r.times + 1, refused_at = now();
    user_id := coalesce(known, whole);
    if strict and refused <> '{}' then
        return;
    end if;
    insert into shop_user (tenant_id, user_id, made) values (tenant, fresh, known is null) on conflict do nothing;
    perform absorb(tenant, p, whole)
    from (select distinct p from unnest(told.people, told.made) as t (p, made) where p <> whole and made
          union select person_of(tenant, known) where person_of(tenant, known) <> whole) as parts (p);
    insert into user_identity (tenant_id, kind, value, user_id)
    select distinct tenant, id.kind, id.value, whole
    from unnest(kinds, vals, told.users) as id (kind, value, owner)
    where owner is null
    on conflict do nothing;
    if known is null then
        user_id := coalesce((select u from unnest(told.users, told.people) with ordinality as t (u, p, place)
                             where p = whole order by place limit 1), whole);
    end if;
end $$;

CREATE FUNCTION public.told(p public.product, m public.product_market, l public.product_locale) RETURNS TABLE(product_id text, group_id text, sku text, title text, description text, brand text, genre text, item_type text, category_ids text[], price_minor bigint, sale_price_minor bigint, available boolean, quantity integer, image_urls text[], page_url text, rating real, review_count integer, attributes jsonb)
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    select p.product_id, p.group_id, coalesce(m.sku, p.sku), coalesce(l.title, m.title, p.title), coalesce(l.description, p.description),
           p.brand, p.genre, p.item_type, p.category_ids, m.price_minor, m.sale_price_minor, m.available, m.quantity, p.image_urls,
           coalesce(l.page_url, m.page_url, p.page_url), p.rating, p.review_count, p.attributes
$$;

CREATE FUNCTION public.unlink_identity(tenant text, named text, kind text, value text) RETURNS boolean
    LANGUAGE plpgsql
    AS $$
declare
    whole text := person_of(tenant, named);
    holder shop_user;
begin
    perform pg_advisory_xact_lock(hashtextextended('endcap.tie:' || tenant, 0));
    if kind = 'session' then
        update session_link l set unlinked_at = greatest(now(), l.linked_at)
        where l.tenant_id = tenant and l.session_id = value and l.user_id = any (whole_of(tenant, whole)) and is_linked(l);
        return found;
    end if;
    select u.* into holder
    from shop_user u
    where u.tenant_id = tenant and coalesce(u.person_id, u.user_id) = whole
      and u.user_id = case when unlink_identity.kind = 'user' then value else (
          select i.user_id from user_identity i
          where i.tenant_id = tenant and i.kind = unlink_identity.kind and i.value = unlink_identity.value) end;
    if holder is null or kind = 'user' and holder.absorbed_by is null then
        return false;
    elsif holder.absorbed_by is not null then
        if kind <> 'user' then
            update user_identity i set user_id = holder.absorbed_by
            where i.tenant_id = tenant and i.user_id = holder.user_id and (i.kind, i.value) <> (unlink_identity.kind, unlink_identity.value);
        end if;
        perform set_apart(tenant, holder.user_id);
    else
        delete from user_identity i
        where i.tenant_id = tenant and i.kind = unlink_identity.kind and i.value = unlink_identity.value;
    end if;
    if kind = 'visitor' then
        update session_link l set unlinked_at = greatest(now(), l.linked_at)
        from visitor_session s
        where s.tenant_id = tenant and s.visitor_id = value and l.tenant_id = tenant and l.session_id = s.session_id
          and l.user_id = any (whole_of(tenant, whole)) and l.through = 'VISITOR' and is_linked(l);
    end if;
    return true;
end $$;

CREATE FUNCTION public.user_of(tenant text, session text, known text, moment timestamp with time zone) RETURNS text
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    AS $$
begin
    if known is not null then
        return person_of(tenant, known);
    elsif session is null then
        return null;
    end if;
    return (
        select person_of(tenant, l.user_id)
        from session_link l
        where l.tenant_id = tenant and l.session_id = session
          and (l.unlinked_at is null or l.linked_at > l.unlinked_at and moment > l.unlinked_at)
        order by l.linked_at < moment, case when l.linked_at >= moment then l.linked_at end, l.linked_at desc, l.user_id
        limit 1);
end $$;

CREATE FUNCTION public.view_of(id uuid) RETURNS uuid
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    select encode(set_byte(set_byte(uuid_send(id), 14, 0), 15, 0), 'hex')::uuid
$$;

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
    preview boolean DEFAULT false NOT NULL,
    latency_ms integer
)
PARTITION BY RANGE (served_at);

CREATE FUNCTION public.views_of(s public.someone) RETURNS TABLE(part oid, place tid, v public.served_view)
    LANGUAGE sql STABLE
    AS $$
    select v.tableoid, v.ctid, v from served_view v where v.tenant_id = s.tenant_id and v.user_id = any (s.users)
    union all
    select v.tableoid, v.ctid, v from served_view v
    where v.tenant_id = s.tenant_id and v.session_id = any (s.sessions) and v.user_id is null
      and user_of(v.tenant_id, v.session_id, null, v.served_at) = s.person_id
    union all
    select v.tableoid, v.ctid, v from served_view v
    where v.tenant_id = s.tenant_id and v.session_id = any (s.loose) and v.user_id is null
      and user_of(v.tenant_id, v.session_id, null, v.served_at) is null
    union all
    select v.tableoid, v.ctid, v from served_view v
    where v.tenant_id = s.tenant_id and v.visitor_id = any (s.visitors) and v.session_id is null and v.user_id is null
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

CREATE FUNCTION public.weigh(staged text[]) RETURNS void
    LANGUAGE plpgsql
    SET default_statistics_target TO '10'
    AS $$
declare
    name text;
begin
    foreach name in array staged loop
        execute format('analyze pg_temp.%I', name);
    end loop;
end $$;

CREATE FUNCTION public.who_asks(tenant text, named text, session text, visitor text, kinds text[], vals text[]) RETURNS text
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    AS $$
declare
    person text;
begin
    if named is not null then
        return person_of(tenant, named);
    end if;
    if cardinality(kinds) > 0 then
        select person_of(tenant, i.user_id) into person
        from unnest(kinds, vals) with ordinality as told (kind, value, place)
        join user_identity i on i.tenant_id = tenant and i.kind = told.kind and i.value = told.value
        order by place
        limit 1;
    end if;
    if person is null and visitor is not null then
        select person_of(tenant, i.user_id) into person
        from user_identity i
        where i.tenant_id = tenant and i.kind = 'visitor' and i.value = visitor;
        if person <> user_of(tenant, session, null, now()) then
            return null;
        end if;
    end if;
    return person;
end $$;

CREATE FUNCTION public.whole_of(tenant text, person text) RETURNS text[]
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
    select person || array(select u.user_id from shop_user u where u.tenant_id = tenant and u.person_id = person order by 1)
$$;

CREATE FUNCTION public.whole_sum(amount numeric) RETURNS bigint
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    select least(greatest(amount, -4e18), 4e18)::bigint
$$;

CREATE FUNCTION public.whole_value(value double precision) RETURNS numeric
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    select case when value is null then 0 else round(least(greatest(value, -1e12), 1e12)::numeric * 1000) end
$$;

CREATE FUNCTION public.why_not(s public.told_exposure) RETURNS text
    LANGUAGE sql STABLE
    AS $$
    select coalesce(
        (select case when s.exposed_at >= p.ended_at then 'AFTER_THE_END' else 'ANOTHER_PHASE' end
         from experiment_phase p
         where (p.experiment_id, p.phase) = (s.experiment_id, s.phase)
           and (s.exposed_at >= p.ended_at
                or s.policy < 0 and s.exposed_at < p.started_at
                   and exists (select from experiment_phase before
                               where before.experiment_id = p.experiment_id and before.phase < p.phase and before.started_at <= s.exposed_at))),
        case when is_forgotten(s.tenant_id, s.session_id, s.user_id, s.visitor_id, s.exposed_at)
               or not exists (select from experiment e where e.experiment_id = s.experiment_id and e.tenant_id = s.tenant_id)
             then 'BLOCKED' end)
$$;

CREATE FUNCTION public.without(batch public.told_event[], gone integer[]) RETURNS public.told_event[]
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    AS $$
begin
    if gone = '{}' then
        return batch;
    end if;
    return array(select e from unnest(batch) as e where e.number not in (select unnest(gone)));
end $$;

CREATE TABLE public.credit (
    tenant_id text NOT NULL,
    order_key text NOT NULL,
    event_id text NOT NULL,
    line smallint NOT NULL,
    model text NOT NULL,
    kind text NOT NULL,
    day date NOT NULL,
    quantity integer NOT NULL,
    revenue_minor numeric,
    currency text,
    recommendation_id uuid NOT NULL,
    placement_id text,
    strategy text,
    level text,
    rule_id text,
    release_id text,
    variant text,
    channel text,
    market_id text,
    CONSTRAINT credit_model_check CHECK ((model = ANY (ARRAY['CLICK_LAST'::text, 'CLICK_SESSION'::text, 'VIEW_THROUGH'::text, 'DIRECT'::text])))
);

CREATE VIEW analytics.attribution WITH (security_barrier='true') AS
 SELECT tenant_id,
    model,
    kind,
    day,
    order_key,
        CASE
            WHEN (order_key ~~ 'o:%'::text) THEN substr(order_key, 3)
            ELSE NULL::text
        END AS order_id,
    event_id,
    line,
    quantity AS net_quantity,
    analytics.in_units(revenue_minor, currency) AS net_revenue,
    currency,
    recommendation_id,
    public.view_of(recommendation_id) AS view_id,
    placement_id,
    strategy,
    level,
    rule_id,
    release_id,
    variant,
    channel,
    market_id
   FROM public.credit c
  WHERE ((( SELECT analytics.readable_tenants() AS readable_tenants) IS NULL) OR (tenant_id = ANY (( SELECT analytics.readable_tenants() AS readable_tenants)::text[])));

CREATE TABLE public.touch (
    tenant_id text NOT NULL,
    kind text NOT NULL,
    recommendation_id uuid NOT NULL,
    served_at timestamp with time zone NOT NULL,
    known boolean NOT NULL,
    happened_at timestamp with time zone NOT NULL,
    product_id text,
    placement_id text,
    strategy text,
    level text,
    rule_id text,
    release_id text,
    variant text,
    channel text,
    market_id text,
    session_id text,
    told_user_id text,
    user_id text,
    visitor_id text
)
PARTITION BY LIST (kind);

CREATE VIEW analytics.clicks WITH (security_barrier='true') AS
 SELECT tenant_id,
    recommendation_id,
    public.view_of(recommendation_id) AS view_id,
    served_at,
    happened_at,
    product_id,
    placement_id,
    strategy,
    level,
    rule_id,
    release_id,
    variant,
    channel,
    market_id,
    session_id,
    user_id,
    visitor_id
   FROM public.touch t
  WHERE ((kind = 'click'::text) AND known AND ((( SELECT analytics.readable_tenants() AS readable_tenants) IS NULL) OR (tenant_id = ANY (( SELECT analytics.readable_tenants() AS readable_tenants)::text[]))));

CREATE VIEW analytics.daily_attribution WITH (security_barrier='true') AS
 SELECT tenant_id,
    day,
    model,
    placement_id,
    strategy,
    variant,
    channel,
    market_id,
    currency,
    count(*) FILTER (WHERE (kind = 'CART'::text)) AS carts,
    count(DISTINCT order_key) FILTER (WHERE (kind = 'ORDER'::text)) AS orders,
    COALESCE(sum(net_quantity) FILTER (WHERE (kind = 'ORDER'::text)), (0)::bigint) AS units,
    sum(net_revenue) FILTER (WHERE (kind = 'ORDER'::text)) AS revenue
   FROM analytics.attribution
  GROUP BY tenant_id, day, model, placement_id, strategy, variant, channel, market_id, currency;

CREATE TABLE public.touch_total (
    tenant_id text NOT NULL,
    day date NOT NULL,
    placement_id text,
    strategy text,
    level text,
    rule_id text,
    release_id text,
    variant text,
    channel text,
    market_id text,
    impressions bigint NOT NULL,
    clicks bigint NOT NULL,
    unknown bigint NOT NULL
);

CREATE VIEW analytics.daily_placements WITH (security_barrier='true') AS
 SELECT tenant_id,
    day,
    placement_id,
    strategy,
    variant,
    channel,
    market_id,
    (sum(impressions))::bigint AS impressions,
    (sum(clicks))::bigint AS clicks,
    round((sum(clicks) / NULLIF(sum(impressions), (0)::numeric)), 6) AS click_through_rate
   FROM public.touch_total t
  WHERE (((impressions > 0) OR (clicks > 0)) AND ((( SELECT analytics.readable_tenants() AS readable_tenants) IS NULL) OR (tenant_id = ANY (( SELECT analytics.readable_tenants() AS readable_tenants)::text[]))))
  GROUP BY tenant_id, day, placement_id, strategy, variant, channel, market_id;

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
    holdout double precision DEFAULT 0 NOT NULL,
    CONSTRAINT tenant_attribution_days_check CHECK (((attribution_days >= 1) AND (attribution_days <= 90))),
    CONSTRAINT tenant_holdout_check CHECK (((holdout >= (0)::double precision) AND (holdout <= (0.5)::double precision))),
    CONSTRAINT tenant_page_url_pattern_check CHECK ((page_url_pattern ~~ '%{id}%'::text)),
    CONSTRAINT tenant_release_minutes_check CHECK ((release_minutes >= 1)),
    CONSTRAINT tenant_retention_days_check CHECK (((retention_days >= 1) AND (retention_days <= 3650))),
    CONSTRAINT tenant_tenant_id_check CHECK ((tenant_id ~ '^[a-z0-9][a-z0-9_-]{0,62}$'::text))
);

CREATE VIEW analytics.daily_products WITH (security_barrier='true') AS
 SELECT e.tenant_id,
    ((e.happened_at AT TIME ZONE t.time_zone))::date AS day,
    e.product_id,
    count(*) FILTER (WHERE (e.type = 'impression'::text)) AS impressions,
    count(*) FILTER (WHERE (e.type = 'click'::text)) AS clicks,
    count(*) FILTER (WHERE (e.type = 'view'::text)) AS views,
    count(*) FILTER (WHERE (e.type = 'add_to_wishlist'::text)) AS wishes,
    count(*) FILTER (WHERE (e.type = 'add_to_cart'::text)) AS carts
   FROM (public.event e
     JOIN public.tenant t USING (tenant_id))
  WHERE ((e.product_id IS NOT NULL) AND (e.apart IS NULL) AND (e.type = ANY (ARRAY['impression'::text, 'click'::text, 'view'::text, 'add_to_wishlist'::text, 'add_to_cart'::text])) AND ((( SELECT analytics.readable_tenants() AS readable_tenants) IS NULL) OR (e.tenant_id = ANY (( SELECT analytics.readable_tenants() AS readable_tenants)::text[]))))
  GROUP BY e.tenant_id, (((e.happened_at AT TIME ZONE t.time_zone))::date), e.product_id;

CREATE TABLE public.conversion (
    tenant_id text NOT NULL,
    order_key text NOT NULL,
    event_id text NOT NULL,
    line smallint NOT NULL,
    kind text NOT NULL,
    whole boolean NOT NULL,
    happened_at timestamp with time zone NOT NULL,
    product_id text NOT NULL,
    quantity integer NOT NULL,
    refunded integer NOT NULL,
    unit_price_minor bigint,
    currency text,
    session_id text,
    told_user_id text,
    user_id text,
    visitor_id text,
    recommendation_id uuid,
    CONSTRAINT conversion_kind_check CHECK ((kind = ANY (ARRAY['CART'::text, 'ORDER'::text])))
);

CREATE VIEW analytics.daily_sales WITH (security_barrier='true') AS
 SELECT c.tenant_id,
    ((c.happened_at AT TIME ZONE t.time_zone))::date AS day,
    c.product_id,
    c.currency,
    count(DISTINCT c.order_key) AS orders,
    sum(c.quantity) AS units,
    sum(c.refunded) AS refunded,
    analytics.in_units(sum((((c.quantity - c.refunded))::numeric * (c.unit_price_minor)::numeric)), c.currency) AS net_revenue
   FROM (public.conversion c
     JOIN public.tenant t USING (tenant_id))
  WHERE ((c.kind = 'ORDER'::text) AND ((( SELECT analytics.readable_tenants() AS readable_tenants) IS NULL) OR (c.tenant_id = ANY (( SELECT analytics.readable_tenants() AS readable_tenants)::text[]))))
  GROUP BY c.tenant_id, (((c.happened_at AT TIME ZONE t.time_zone))::date), c.product_id, c.currency;

CREATE VIEW analytics.events WITH (security_barrier='true') AS
 SELECT tenant_id,
    event_id,
    type,
    happened_at,
    received_at,
    session_id,
    user_id,
    visitor_id,
    market_id,
    channel,
    scope,
    apart,
        CASE
            WHEN (NOT whole) THEN product_id
            ELSE NULL::text
        END AS product_id,
        CASE
            WHEN (NOT whole) THEN quantity
            ELSE NULL::integer
        END AS quantity,
        CASE
            WHEN (NOT whole) THEN analytics.in_units((unit_price_minor)::numeric, currency)
            ELSE NULL::numeric
        END AS unit_price,
    currency,
    order_id,
    recommendation_id,
    view_id,
    list_id,
    placement_id,
    "position",
    search_term,
    category_id,
    value,
    properties
   FROM public.event e
  WHERE ((line = 0) AND ((( SELECT analytics.readable_tenants() AS readable_tenants) IS NULL) OR (tenant_id = ANY (( SELECT analytics.readable_tenants() AS readable_tenants)::text[]))));

CREATE TABLE public.experiment (
    tenant_id text NOT NULL,
    experiment_id integer NOT NULL,
    key text NOT NULL,
    name text NOT NULL,
    hypothesis text DEFAULT ''::text NOT NULL,
    status text DEFAULT 'DRAFT'::text NOT NULL,
    outcome text,
    reason text,
    winner text,
    placements text[] NOT NULL,
    unit text NOT NULL,
    coverage double precision NOT NULL,
    variants jsonb NOT NULL,
    layer_id text,
    ranges jsonb DEFAULT '[]'::jsonb NOT NULL,
    condition jsonb DEFAULT '{}'::jsonb NOT NULL,
    sticky boolean DEFAULT false NOT NULL,
    external boolean DEFAULT false NOT NULL,
    allocation text DEFAULT 'BUCKET'::text NOT NULL,
    reward text,
    goals text[] DEFAULT '{}'::text[] NOT NULL,
    guardrails jsonb DEFAULT '[]'::jsonb NOT NULL,
    mode text NOT NULL,
    alpha double precision DEFAULT 0.05 NOT NULL,
    planned_units bigint,
    planned_end timestamp with time zone,
    window_hours integer DEFAULT 72 NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_by text NOT NULL,
    CONSTRAINT experiment_allocation_check CHECK ((allocation = ANY (ARRAY['BUCKET'::text, 'INTERLEAVED'::text]))),
    CONSTRAINT experiment_alpha_check CHECK (((alpha > (0)::double precision) AND (alpha < (0.5)::double precision))),
    CONSTRAINT experiment_coverage_check CHECK (((coverage >= (0)::double precision) AND (coverage <= (1)::double precision))),
    CONSTRAINT experiment_key_check CHECK ((key ~ '^[a-z0-9][a-z0-9_.-]{0,62}$'::text)),
    CONSTRAINT experiment_mode_check CHECK ((mode = ANY (ARRAY['FIXED'::text, 'GROUP_SEQUENTIAL'::text, 'ALWAYS_VALID'::text]))),
    CONSTRAINT experiment_outcome_check CHECK ((outcome = ANY (ARRAY['WON'::text, 'LOST'::text, 'INCONCLUSIVE'::text, 'INVALID'::text]))),
    CONSTRAINT experiment_planned_units_check CHECK ((planned_units > 0)),
    CONSTRAINT experiment_reward_check CHECK ((reward = ANY (ARRAY['CLICK'::text, 'CART'::text, 'ORDER'::text, 'REVENUE'::text]))),
    CONSTRAINT experiment_status_check CHECK ((status = ANY (ARRAY['DRAFT'::text, 'RUNNING'::text, 'PAUSED'::text, 'STOPPED'::text, 'ARCHIVED'::text]))),
    CONSTRAINT experiment_unit_check CHECK ((unit = ANY (ARRAY['SESSION'::text, 'VISITOR'::text, 'USER'::text]))),
    CONSTRAINT experiment_window_hours_check CHECK (((window_hours >= 1) AND (window_hours <= 2160)))
);

CREATE TABLE public.experiment_phase (
    experiment_id integer NOT NULL,
    phase smallint NOT NULL,
    seed text NOT NULL,
    started_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    revenue_cap bigint,
    measures jsonb NOT NULL,
    unread text
);

CREATE TABLE public.unit_metric (
    experiment_id integer NOT NULL,
    phase smallint NOT NULL,
    policy integer NOT NULL,
    unit text NOT NULL,
    variant smallint NOT NULL,
    exposed_at timestamp with time zone NOT NULL,
    closes_at timestamp with time zone NOT NULL,
    closed boolean NOT NULL,
    market_id text,
    device text,
    page_type text,
    returning_one boolean,
    amounts bigint[] NOT NULL,
    before bigint[],
    shown text[]
);

CREATE VIEW analytics.experiment_units WITH (security_barrier='true') AS
 SELECT e.tenant_id,
    e.key AS experiment,
    u.phase,
    u.policy,
    e.unit AS unit_kind,
    u.unit,
    ((e.variants -> (u.variant)::integer) ->> 'key'::text) AS variant,
    u.exposed_at,
    u.closes_at,
    u.closed,
    u.market_id,
    u.device,
    u.page_type,
    u.returning_one AS "returning",
    m.measure,
    u.amounts[m.place] AS amount,
    u.before[m.place] AS before,
    (p.measures ->> 'currency'::text) AS currency
   FROM (((public.unit_metric u
     JOIN public.experiment e USING (experiment_id))
     JOIN public.experiment_phase p USING (experiment_id, phase))
     CROSS JOIN LATERAL jsonb_array_elements_text((p.measures -> 'measures'::text)) WITH ORDINALITY m(measure, place))
  WHERE ((( SELECT analytics.readable_tenants() AS readable_tenants) IS NULL) OR (e.tenant_id = ANY (( SELECT analytics.readable_tenants() AS readable_tenants)::text[])));

CREATE VIEW analytics.exposures WITH (security_barrier='true') AS
 SELECT x.tenant_id,
    e.key AS experiment,
    x.phase,
    x.policy,
    e.unit AS unit_kind,
    x.unit,
    ((e.variants -> (x.variant)::integer) ->> 'key'::text) AS variant,
    x.exposed_at,
    x.source,
    x.propensity,
    x.multiple,
    x.apart,
    x.market_id,
    x.device,
    x.page_type,
    x.returning_one AS "returning"
   FROM (public.exposure x
     JOIN public.experiment e USING (experiment_id))
  WHERE ((( SELECT analytics.readable_tenants() AS readable_tenants) IS NULL) OR (x.tenant_id = ANY (( SELECT analytics.readable_tenants() AS readable_tenants)::text[])));

CREATE VIEW analytics.impressions WITH (security_barrier='true') AS
 SELECT tenant_id,
    recommendation_id,
    public.view_of(recommendation_id) AS view_id,
    served_at,
    happened_at,
    product_id,
    placement_id,
    strategy,
    level,
    rule_id,
    release_id,
    variant,
    channel,
    market_id,
    session_id,
    user_id,
    visitor_id
   FROM public.touch t
  WHERE ((kind = 'impression'::text) AND known AND ((( SELECT analytics.readable_tenants() AS readable_tenants) IS NULL) OR (tenant_id = ANY (( SELECT analytics.readable_tenants() AS readable_tenants)::text[]))));

CREATE VIEW analytics.order_lines WITH (security_barrier='true') AS
 SELECT tenant_id,
    order_key,
        CASE
            WHEN (order_key ~~ 'o:%'::text) THEN substr(order_key, 3)
            ELSE NULL::text
        END AS order_id,
    event_id,
    line,
    happened_at AS ordered_at,
    product_id,
    quantity,
    refunded,
    (quantity - refunded) AS net_quantity,
    analytics.in_units((unit_price_minor)::numeric, currency) AS unit_price,
    analytics.in_units((((quantity - refunded))::numeric * (unit_price_minor)::numeric), currency) AS net_revenue,
    currency,
    session_id,
    user_id,
    visitor_id
   FROM public.conversion c
  WHERE ((kind = 'ORDER'::text) AND ((( SELECT analytics.readable_tenants() AS readable_tenants) IS NULL) OR (tenant_id = ANY (( SELECT analytics.readable_tenants() AS readable_tenants)::text[]))));

CREATE VIEW analytics.orders WITH (security_barrier='true') AS
 SELECT tenant_id,
    order_key,
    order_id,
    min(ordered_at) AS ordered_at,
    count(*) AS lines,
    sum(quantity) AS quantity,
    sum(refunded) AS refunded,
    sum(net_quantity) AS net_quantity,
        CASE
            WHEN (count(DISTINCT currency) = 1) THEN sum(net_revenue)
            ELSE NULL::numeric
        END AS net_revenue,
        CASE
            WHEN (count(DISTINCT currency) = 1) THEN min(currency)
            ELSE NULL::text
        END AS currency,
    min(session_id) AS session_id,
    min(user_id) AS user_id,
    min(visitor_id) AS visitor_id
   FROM analytics.order_lines
  GROUP BY tenant_id, order_key, order_id;

CREATE TABLE public.category (
    tenant_id text NOT NULL,
    category_id text NOT NULL,
    name text NOT NULL,
    parent_id text,
    active boolean DEFAULT true NOT NULL,
    CONSTRAINT category_check CHECK ((parent_id <> category_id))
);

CREATE TABLE public.market (
    tenant_id text NOT NULL,
    market_id text NOT NULL,
    currency text NOT NULL,
    locales text[] DEFAULT '{}'::text[] NOT NULL,
    CONSTRAINT market_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT market_market_id_check CHECK ((market_id ~ '^[a-z0-9][a-z0-9_-]{0,31}$'::text))
);

CREATE VIEW analytics.products WITH (security_barrier='true') AS
 SELECT p.tenant_id,
    m.market_id,
    p.product_id,
    COALESCE(m.title, p.title) AS title,
    p.brand,
    p.group_id,
    COALESCE(m.sku, p.sku) AS sku,
    p.category_ids[1] AS category_id,
    c.name AS category,
    k.currency,
    analytics.in_units((m.price_minor)::numeric, k.currency) AS price,
    analytics.in_units((m.sale_price_minor)::numeric, k.currency) AS sale_price,
    m.available,
    m.quantity,
    p.hidden,
    p.rating,
    p.review_count,
    m.first_seen
   FROM (((public.product p
     JOIN public.product_market m USING (tenant_id, product_id))
     JOIN public.market k USING (tenant_id, market_id))
     LEFT JOIN public.category c ON (((c.tenant_id = p.tenant_id) AND (c.category_id = p.category_ids[1]))))
  WHERE ((( SELECT analytics.readable_tenants() AS readable_tenants) IS NULL) OR (p.tenant_id = ANY (( SELECT analytics.readable_tenants() AS readable_tenants)::text[])));

CREATE VIEW analytics.served_recommendations WITH (security_barrier='true') AS
 SELECT v.tenant_id,
    v.view_id,
    public.recommendation_of(v.view_id, (list.number)::integer, 0) AS list_id,
    public.recommendation_of(v.view_id, (list.number)::integer, (shown.place)::integer) AS recommendation_id,
    v.served_at,
    v.market_id,
    v.locale,
    v.channel,
    v.session_id,
    v.user_id,
    v.visitor_id,
    v.release_id,
    (list.told ->> 'placement'::text) AS placement_id,
    ((shown.place - 1))::integer AS "position",
    shown.product_id,
    COALESCE(((list.told -> 'strategies'::text) ->> ((shown.place - 1))::integer), (list.told ->> 'strategy'::text)) AS strategy,
    ((list.told -> 'levels'::text) ->> ((shown.place - 1))::integer) AS level,
    ((list.told -> 'rules'::text) ->> ((shown.place - 1))::integer) AS rule_id,
    (list.told ->> 'variant'::text) AS variant
   FROM ((public.served_view v
     CROSS JOIN LATERAL jsonb_array_elements(v.lists) WITH ORDINALITY list(told, number))
     CROSS JOIN LATERAL jsonb_array_elements_text((list.told -> 'products'::text)) WITH ORDINALITY shown(product_id, place))
  WHERE ((NOT v.preview) AND ((( SELECT analytics.readable_tenants() AS readable_tenants) IS NULL) OR (v.tenant_id = ANY (( SELECT analytics.readable_tenants() AS readable_tenants)::text[]))));

CREATE VIEW analytics.views WITH (security_barrier='true') AS
 SELECT tenant_id,
    view_id,
    served_at,
    (page ->> 'type'::text) AS page_type,
    market_id,
    locale,
    channel,
    session_id,
    user_id,
    visitor_id,
    release_id,
    jsonb_array_length(lists) AS lists,
    ( SELECT COALESCE(sum(jsonb_array_length((list.value -> 'products'::text))), (0)::bigint) AS "coalesce"
           FROM jsonb_array_elements(v.lists) list(value)) AS products
   FROM public.served_view v
  WHERE ((NOT preview) AND ((( SELECT analytics.readable_tenants() AS readable_tenants) IS NULL) OR (tenant_id = ANY (( SELECT analytics.readable_tenants() AS readable_tenants)::text[]))));

CREATE TABLE public.analytics_reader (
    role_name text NOT NULL,
    tenants text[] NOT NULL
);

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
    environment text DEFAULT 'PRODUCTION'::text NOT NULL,
    CONSTRAINT api_key_environment_check CHECK ((environment = ANY (ARRAY['PRODUCTION'::text, 'INTEGRATION'::text]))),
    CONSTRAINT api_key_scopes_check CHECK (((scopes <@ '{STOREFRONT,SERVER,ANALYST,ADMIN,PREVIEW}'::text[]) AND (cardinality(scopes) > 0))),
    CONSTRAINT api_key_secret_sha256_check CHECK ((length(secret_sha256) = 32))
);

CREATE TABLE public.api_key_use (
    tenant_id text NOT NULL,
    key_id uuid NOT NULL,
    used_at timestamp with time zone NOT NULL
);

CREATE TABLE public.attribution_state (
    tenant_id text NOT NULL,
    time_zone text NOT NULL,
    attribution_days integer NOT NULL
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

CREATE TABLE public.experiment_day (
    experiment_id integer NOT NULL,
    phase smallint NOT NULL,
    policy integer NOT NULL,
    variant smallint NOT NULL,
    day date NOT NULL,
    units bigint NOT NULL
);

ALTER TABLE public.experiment ALTER COLUMN experiment_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.experiment_experiment_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.experiment_look (
    experiment_id integer NOT NULL,
    phase smallint NOT NULL,
    look integer NOT NULL,
    looked_at timestamp with time zone NOT NULL,
    figures jsonb NOT NULL
);

CREATE TABLE public.experiment_past (
    experiment_id integer CONSTRAINT experiment_total_experiment_id_not_null NOT NULL,
    phase smallint CONSTRAINT experiment_total_phase_not_null NOT NULL,
    policy integer CONSTRAINT experiment_total_policy_not_null NOT NULL,
    variant smallint CONSTRAINT experiment_total_variant_not_null NOT NULL,
    segment text CONSTRAINT experiment_total_segment_not_null NOT NULL,
    value text CONSTRAINT experiment_total_value_not_null NOT NULL,
    closed boolean CONSTRAINT experiment_total_closed_not_null NOT NULL,
    metric text CONSTRAINT experiment_total_metric_not_null NOT NULL,
    n bigint CONSTRAINT experiment_total_n_not_null NOT NULL,
    y numeric CONSTRAINT experiment_total_y_not_null NOT NULL,
    yy numeric CONSTRAINT experiment_total_yy_not_null NOT NULL,
    d numeric CONSTRAINT experiment_total_d_not_null NOT NULL,
    dd numeric CONSTRAINT experiment_total_dd_not_null NOT NULL,
    yd numeric CONSTRAINT experiment_total_yd_not_null NOT NULL,
    x numeric CONSTRAINT experiment_total_x_not_null NOT NULL,
    xx numeric CONSTRAINT experiment_total_xx_not_null NOT NULL,
    xy numeric CONSTRAINT experiment_total_xy_not_null NOT NULL,
    z numeric CONSTRAINT experiment_total_z_not_null NOT NULL,
    zz numeric CONSTRAINT experiment_total_zz_not_null NOT NULL,
    xz numeric CONSTRAINT experiment_total_xz_not_null NOT NULL,
    xd numeric CONSTRAINT experiment_total_xd_not_null NOT NULL,
    yz numeric CONSTRAINT experiment_total_yz_not_null NOT NULL,
    dz numeric CONSTRAINT experiment_total_dz_not_null NOT NULL
);

CREATE TABLE public.experiment_policy (
    experiment_id integer NOT NULL,
    phase smallint NOT NULL,
    policy integer NOT NULL,
    since timestamp with time zone NOT NULL,
    weights double precision[] NOT NULL,
    probability_best double precision[] NOT NULL,
    evidence jsonb NOT NULL
);

CREATE TABLE public.experiment_product (
    experiment_id integer NOT NULL,
    phase smallint NOT NULL,
    variant smallint NOT NULL,
    product_id text NOT NULL,
    units bigint NOT NULL,
    past bigint DEFAULT 0 NOT NULL
);

CREATE TABLE public.experiment_total (
    experiment_id integer NOT NULL,
    phase smallint NOT NULL,
    policy integer NOT NULL,
    variant smallint NOT NULL,
    segment text NOT NULL,
    value text NOT NULL,
    closed boolean NOT NULL,
    metric text NOT NULL,
    n bigint NOT NULL,
    y numeric NOT NULL,
    yy numeric NOT NULL,
    d numeric NOT NULL,
    dd numeric NOT NULL,
    yd numeric NOT NULL,
    x numeric NOT NULL,
    xx numeric NOT NULL,
    xy numeric NOT NULL,
    z numeric NOT NULL,
    zz numeric NOT NULL,
    xz numeric NOT NULL,
    xd numeric NOT NULL,
    yz numeric NOT NULL,
    dz numeric NOT NULL
);

CREATE TABLE public.experiment_weighing (
    experiment_id integer NOT NULL,
    phase smallint NOT NULL,
    since timestamp with time zone NOT NULL,
    weights double precision[] NOT NULL
);

CREATE TABLE public.fed_product (
    tenant_id text NOT NULL,
    market_id text NOT NULL,
    product_id text NOT NULL,
    feed text,
    withdrawn_at timestamp with time zone
);

CREATE TABLE public.feed (
    tenant_id text NOT NULL,
    name text NOT NULL,
    place text NOT NULL,
    market_id text,
    every_minutes integer,
    is_full boolean DEFAULT false NOT NULL,
    max_hidden double precision DEFAULT 0.2 NOT NULL,
    columns jsonb DEFAULT '{}'::jsonb NOT NULL,
    encoding text,
    member text,
    secrets jsonb DEFAULT '{}'::jsonb NOT NULL,
    paused boolean DEFAULT false NOT NULL,
    seen jsonb DEFAULT '{}'::jsonb NOT NULL,
    read_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT feed_every_minutes_check CHECK (((every_minutes >= 1) AND (every_minutes <= 44640))),
    CONSTRAINT feed_max_hidden_check CHECK (((max_hidden >= (0)::double precision) AND (max_hidden <= (1)::double precision))),
    CONSTRAINT feed_name_check CHECK ((name ~ '^[a-z0-9][a-z0-9_-]{0,62}$'::text))
);

CREATE TABLE public.feed_run (
    run_id bigint NOT NULL,
    tenant_id text NOT NULL,
    feed text NOT NULL,
    started_at timestamp with time zone DEFAULT now() NOT NULL,
    finished_at timestamp with time zone,
    rows integer DEFAULT 0 NOT NULL,
    added integer DEFAULT 0 NOT NULL,
    changed integer DEFAULT 0 NOT NULL,
    unchanged integer DEFAULT 0 NOT NULL,
    hidden integer DEFAULT 0 NOT NULL,
    refused integer DEFAULT 0 NOT NULL,
    error text,
    notes jsonb DEFAULT '[]'::jsonb NOT NULL,
    refusals jsonb DEFAULT '[]'::jsonb NOT NULL
);

ALTER TABLE public.feed_run ALTER COLUMN run_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.feed_run_run_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.forgotten (
    tenant_id text NOT NULL,
    mark bytea NOT NULL,
    blocked boolean NOT NULL,
    forgotten_at timestamp with time zone DEFAULT now() NOT NULL,
    receipt_id uuid NOT NULL
);

CREATE TABLE public.late_view (
    tenant_id text NOT NULL,
    view_id uuid NOT NULL
);

CREATE TABLE public.layer (
    tenant_id text NOT NULL,
    layer_id text NOT NULL,
    name text NOT NULL,
    CONSTRAINT layer_layer_id_check CHECK ((layer_id ~ '^[a-z0-9][a-z0-9_-]{0,62}$'::text))
);

CREATE TABLE public.marker (
    tenant_id text NOT NULL,
    inner_pad bytea NOT NULL,
    outer_pad bytea NOT NULL
);

CREATE TABLE public.metric (
    tenant_id text NOT NULL,
    key text NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    event_type text NOT NULL,
    denominator text,
    cap double precision,
    higher_is_better boolean DEFAULT true NOT NULL,
    CONSTRAINT metric_cap_check CHECK ((cap > (0)::double precision)),
    CONSTRAINT metric_key_check CHECK ((key ~ '^[a-z][a-z0-9_]{0,62}$'::text)),
    CONSTRAINT metric_kind_check CHECK ((kind = ANY (ARRAY['PROPORTION'::text, 'MEAN'::text, 'RATIO'::text])))
);

CREATE TABLE public.order_entry (
    tenant_id text NOT NULL,
    order_key text NOT NULL,
    kind text NOT NULL,
    trusted boolean NOT NULL,
    whole boolean NOT NULL,
    event_id text NOT NULL,
    line smallint NOT NULL,
    happened_at timestamp with time zone NOT NULL,
    product_id text,
    quantity integer NOT NULL,
    unit_price_minor bigint,
    currency text,
    session_id text,
    user_id text,
    visitor_id text,
    recommendation_id uuid,
    CONSTRAINT order_entry_kind_check CHECK ((kind = ANY (ARRAY['purchase'::text, 'refund'::text])))
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

CREATE TABLE public.recent_event (
    tenant_id text NOT NULL,
    owner text NOT NULL,
    happened_at timestamp with time zone NOT NULL,
    event_id text NOT NULL,
    line smallint NOT NULL,
    type text NOT NULL,
    product_id text NOT NULL,
    user_id text
);

CREATE TABLE public.recent_sight (
    tenant_id text NOT NULL,
    owner text NOT NULL,
    product_id text NOT NULL,
    sights integer NOT NULL,
    seen_at timestamp with time zone NOT NULL
);

CREATE TABLE public.refused_merge (
    tenant_id text NOT NULL,
    kind text NOT NULL,
    hint text NOT NULL,
    user_id text NOT NULL,
    other_id text NOT NULL,
    times integer DEFAULT 1 NOT NULL,
    refused_at timestamp with time zone DEFAULT now() NOT NULL
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

CREATE TABLE public.relinked (
    tenant_id text NOT NULL,
    session_id text,
    user_id text,
    order_key text
);

CREATE TABLE public.retained (
    tenant_id text NOT NULL,
    until date NOT NULL,
    done_at timestamp with time zone DEFAULT now() NOT NULL
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

CREATE TABLE public.shop_user (
    tenant_id text NOT NULL,
    user_id text NOT NULL,
    hidden boolean DEFAULT false NOT NULL,
    attributes jsonb DEFAULT '{}'::jsonb NOT NULL,
    tracking_blocked boolean DEFAULT false NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    made boolean DEFAULT false NOT NULL,
    absorbed_by text,
    person_id text
);

CREATE TABLE public.tenant_version (
    tenant_id text NOT NULL,
    version bigint NOT NULL
);

CREATE TABLE public.told_twice (
    tenant_id text NOT NULL,
    order_key text NOT NULL,
    way smallint NOT NULL
);

CREATE TABLE public.touch_done (
    tenant_id text CONSTRAINT touch_tenant_id_not_null NOT NULL,
    kind text CONSTRAINT touch_kind_not_null NOT NULL,
    recommendation_id uuid CONSTRAINT touch_recommendation_id_not_null NOT NULL,
    served_at timestamp with time zone CONSTRAINT touch_served_at_not_null NOT NULL,
    known boolean CONSTRAINT touch_known_not_null NOT NULL,
    happened_at timestamp with time zone CONSTRAINT touch_happened_at_not_null NOT NULL,
    product_id text,
    placement_id text,
    strategy text,
    level text,
    rule_id text,
    release_id text,
    variant text,
    channel text,
    market_id text,
    session_id text,
    told_user_id text,
    user_id text,
    visitor_id text
);

CREATE TABLE public.touch_seen (
    tenant_id text CONSTRAINT touch_tenant_id_not_null NOT NULL,
    kind text CONSTRAINT touch_kind_not_null NOT NULL,
    recommendation_id uuid CONSTRAINT touch_recommendation_id_not_null NOT NULL,
    served_at timestamp with time zone CONSTRAINT touch_served_at_not_null NOT NULL,
    known boolean CONSTRAINT touch_known_not_null NOT NULL,
    happened_at timestamp with time zone CONSTRAINT touch_happened_at_not_null NOT NULL,
    product_id text,
    placement_id text,
    strategy text,
    level text,
    rule_id text,
    release_id text,
    variant text,
    channel text,
    market_id text,
    session_id text,
    told_user_id text,
    user_id text,
    visitor_id text
)
PARTITION BY RANGE (served_at);

CREATE TABLE public.touch_stray (
    tenant_id text NOT NULL,
    view_id uuid NOT NULL,
    kind text NOT NULL,
    event_id text NOT NULL,
    line smallint NOT NULL,
    recommendation_id uuid,
    list_number integer NOT NULL,
    place integer,
    product_id text,
    placement_id text,
    channel text,
    market_id text,
    happened_at timestamp with time zone NOT NULL,
    session_id text,
    user_id text,
    visitor_id text,
    noted_at timestamp with time zone NOT NULL,
    again timestamp with time zone
);

CREATE TABLE public.training (
    tenant_id text NOT NULL,
    began_at timestamp with time zone NOT NULL,
    state text
);

CREATE TABLE public.unit_due (
    tenant_id text NOT NULL,
    experiment_id integer NOT NULL,
    phase smallint NOT NULL,
    unit text NOT NULL
);

CREATE TABLE public.unit_of_bots (
    experiment_id integer NOT NULL,
    phase smallint NOT NULL,
    policy integer NOT NULL,
    unit text NOT NULL
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
)
WITH (fillfactor='80');

ALTER TABLE ONLY public.touch ATTACH PARTITION public.touch_done FOR VALUES IN ('click', 'direct');

ALTER TABLE ONLY public.touch ATTACH PARTITION public.touch_seen FOR VALUES IN ('impression');

ALTER TABLE ONLY public.analytics_reader
    ADD CONSTRAINT analytics_reader_pkey PRIMARY KEY (role_name);

ALTER TABLE ONLY public.api_key
    ADD CONSTRAINT api_key_pkey PRIMARY KEY (tenant_id, key_id);

ALTER TABLE ONLY public.api_key
    ADD CONSTRAINT api_key_secret_sha256_key UNIQUE (secret_sha256);

ALTER TABLE ONLY public.api_key_use
    ADD CONSTRAINT api_key_use_pkey PRIMARY KEY (tenant_id, key_id);

ALTER TABLE ONLY public.attribution_state
    ADD CONSTRAINT attribution_state_pkey PRIMARY KEY (tenant_id);

ALTER TABLE ONLY public.audit_log
    ADD CONSTRAINT audit_log_pkey PRIMARY KEY (tenant_id, audit_id);

ALTER TABLE ONLY public.category
    ADD CONSTRAINT category_pkey PRIMARY KEY (tenant_id, category_id);

ALTER TABLE ONLY public.conversion
    ADD CONSTRAINT conversion_pkey PRIMARY KEY (tenant_id, order_key, event_id, line);

ALTER TABLE ONLY public.credit
    ADD CONSTRAINT credit_pkey PRIMARY KEY (tenant_id, order_key, event_id, line, model);

ALTER TABLE ONLY public.curated_list
    ADD CONSTRAINT curated_list_pkey PRIMARY KEY (tenant_id, list_id);

ALTER TABLE ONLY public.erasure_receipt
    ADD CONSTRAINT erasure_receipt_pkey PRIMARY KEY (tenant_id, receipt_id);

ALTER TABLE ONLY public.event_batch
    ADD CONSTRAINT event_batch_pkey PRIMARY KEY (tenant_id, day, batch_id);

ALTER TABLE ONLY public.event_day
    ADD CONSTRAINT event_day_pkey PRIMARY KEY (tenant_id, day);

ALTER TABLE ONLY public.event_key
    ADD CONSTRAINT event_key_pkey PRIMARY KEY (tenant_id, event_key);

ALTER TABLE ONLY public.event_type
    ADD CONSTRAINT event_type_pkey PRIMARY KEY (tenant_id, name);

ALTER TABLE ONLY public.experiment_day
    ADD CONSTRAINT experiment_day_pkey PRIMARY KEY (experiment_id, phase, policy, variant, day);

ALTER TABLE ONLY public.experiment_look
    ADD CONSTRAINT experiment_look_pkey PRIMARY KEY (experiment_id, phase, look);

ALTER TABLE ONLY public.experiment_past
    ADD CONSTRAINT experiment_past_pkey PRIMARY KEY (experiment_id, phase, policy, variant, segment, value, closed, metric);

ALTER TABLE ONLY public.experiment_phase
    ADD CONSTRAINT experiment_phase_pkey PRIMARY KEY (experiment_id, phase);

ALTER TABLE ONLY public.experiment
    ADD CONSTRAINT experiment_pkey PRIMARY KEY (experiment_id);

ALTER TABLE ONLY public.experiment_policy
    ADD CONSTRAINT experiment_policy_pkey PRIMARY KEY (experiment_id, phase, policy);

ALTER TABLE ONLY public.experiment_product
    ADD CONSTRAINT experiment_product_pkey PRIMARY KEY (experiment_id, phase, variant, product_id);

ALTER TABLE ONLY public.experiment
    ADD CONSTRAINT experiment_tenant_id_key_key UNIQUE (tenant_id, key);

ALTER TABLE ONLY public.experiment_total
    ADD CONSTRAINT experiment_total_pkey PRIMARY KEY (experiment_id, phase, policy, variant, segment, value, closed, metric);

ALTER TABLE ONLY public.experiment_weighing
    ADD CONSTRAINT experiment_weighing_pkey PRIMARY KEY (experiment_id, phase, since);

ALTER TABLE ONLY public.exposure
    ADD CONSTRAINT exposure_pkey PRIMARY KEY (experiment_id, phase, unit, policy);

ALTER TABLE ONLY public.fed_product
    ADD CONSTRAINT fed_product_pkey PRIMARY KEY (tenant_id, market_id, product_id);

ALTER TABLE ONLY public.feed
    ADD CONSTRAINT feed_pkey PRIMARY KEY (tenant_id, name);

ALTER TABLE ONLY public.feed_run
    ADD CONSTRAINT feed_run_pkey PRIMARY KEY (run_id);

ALTER TABLE ONLY public.forgotten
    ADD CONSTRAINT forgotten_pkey PRIMARY KEY (tenant_id, mark);

ALTER TABLE ONLY public.layer
    ADD CONSTRAINT layer_pkey PRIMARY KEY (tenant_id, layer_id);

ALTER TABLE ONLY public.marker
    ADD CONSTRAINT marker_pkey PRIMARY KEY (tenant_id);

ALTER TABLE ONLY public.market
    ADD CONSTRAINT market_pkey PRIMARY KEY (tenant_id, market_id);

ALTER TABLE ONLY public.metric
    ADD CONSTRAINT metric_pkey PRIMARY KEY (tenant_id, key);

ALTER TABLE ONLY public.order_entry
    ADD CONSTRAINT order_entry_pkey PRIMARY KEY (tenant_id, order_key, kind, trusted, whole, event_id, line);

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

ALTER TABLE ONLY public.refused_merge
    ADD CONSTRAINT refused_merge_pkey PRIMARY KEY (tenant_id, user_id, other_id, kind, hint);

ALTER TABLE ONLY public.release
    ADD CONSTRAINT release_pkey PRIMARY KEY (tenant_id, release_id);

ALTER TABLE ONLY public.retained
    ADD CONSTRAINT retained_pkey PRIMARY KEY (tenant_id);

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

ALTER TABLE ONLY public.told_twice
    ADD CONSTRAINT told_twice_pkey PRIMARY KEY (tenant_id, order_key);

ALTER TABLE ONLY public.touch
    ADD CONSTRAINT touch_pkey PRIMARY KEY (tenant_id, kind, recommendation_id, served_at);

ALTER TABLE ONLY public.touch_done
    ADD CONSTRAINT touch_done_pkey PRIMARY KEY (tenant_id, kind, recommendation_id, served_at);

ALTER TABLE ONLY public.touch_seen
    ADD CONSTRAINT touch_seen_pkey PRIMARY KEY (tenant_id, kind, recommendation_id, served_at);

ALTER TABLE ONLY public.touch_total
    ADD CONSTRAINT touch_total_tenant_id_day_placement_id_strategy_level_rule__key UNIQUE NULLS NOT DISTINCT (tenant_id, day, placement_id, strategy, level, rule_id, release_id, variant, channel, market_id);

ALTER TABLE ONLY public.training
    ADD CONSTRAINT training_pkey PRIMARY KEY (tenant_id);

ALTER TABLE ONLY public.unit_metric
    ADD CONSTRAINT unit_metric_pkey PRIMARY KEY (experiment_id, phase, unit, policy);

ALTER TABLE ONLY public.unit_of_bots
    ADD CONSTRAINT unit_of_bots_pkey PRIMARY KEY (experiment_id, phase, unit, policy);

ALTER TABLE ONLY public.user_identity
    ADD CONSTRAINT user_identity_pkey PRIMARY KEY (tenant_id, kind, value);

ALTER TABLE ONLY public.visitor_session
    ADD CONSTRAINT visitor_session_pkey PRIMARY KEY (tenant_id, session_id);

CREATE INDEX audit_log_object ON public.audit_log USING btree (tenant_id, object, audit_id);

CREATE INDEX conversion_named ON public.conversion USING btree (tenant_id, recommendation_id) WHERE (recommendation_id IS NOT NULL);

CREATE INDEX conversion_session ON public.conversion USING btree (tenant_id, session_id, happened_at) WHERE (session_id IS NOT NULL);

CREATE INDEX conversion_told_user ON public.conversion USING btree (tenant_id, told_user_id) WHERE (told_user_id IS NOT NULL);

CREATE INDEX conversion_user ON public.conversion USING btree (tenant_id, user_id, happened_at) WHERE (user_id IS NOT NULL);

CREATE INDEX conversion_visitor ON public.conversion USING btree (tenant_id, visitor_id, happened_at) WHERE (visitor_id IS NOT NULL);

CREATE INDEX credit_day ON public.credit USING btree (tenant_id, model, day);

CREATE INDEX curated_list_category ON public.curated_list USING btree (tenant_id, seed_category_id) WHERE (seed_category_id IS NOT NULL);

CREATE INDEX curated_list_everyone ON public.curated_list USING btree (tenant_id, list_id) WHERE ((seed_product_id IS NULL) AND (seed_category_id IS NULL) AND (user_id IS NULL));

CREATE INDEX curated_list_product ON public.curated_list USING btree (tenant_id, seed_product_id) WHERE (seed_product_id IS NOT NULL);

CREATE INDEX curated_list_user ON public.curated_list USING btree (tenant_id, user_id) WHERE (user_id IS NOT NULL);

CREATE INDEX event_batch_of ON ONLY public.event USING brin (batch_id) WITH (autosummarize='on');

CREATE INDEX event_claimed ON ONLY public.event USING btree (tenant_id, claimed_user_id) WHERE (claimed_user_id IS NOT NULL);

CREATE INDEX event_key_day ON public.event_key USING brin (day);

CREATE INDEX event_nameless ON ONLY public.event USING btree (tenant_id, view_id) WHERE ((session_id IS NULL) AND (user_id IS NULL) AND (visitor_id IS NULL) AND (claimed_user_id IS NULL));

CREATE INDEX event_order ON ONLY public.event USING btree (tenant_id, order_id) WHERE (order_id IS NOT NULL);

CREATE INDEX event_session ON ONLY public.event USING btree (tenant_id, session_id, happened_at);

CREATE INDEX event_user ON ONLY public.event USING btree (tenant_id, user_id, happened_at) WHERE (user_id IS NOT NULL);

CREATE INDEX event_visitor ON ONLY public.event USING btree (tenant_id, visitor_id, happened_at) WHERE ((session_id IS NULL) AND (visitor_id IS NOT NULL));

CREATE INDEX exposure_day ON public.exposure USING btree (experiment_id, phase, exposed_at);

CREATE INDEX exposure_outside ON public.exposure USING btree (experiment_id, phase) WHERE (multiple OR (apart IS NOT NULL));

CREATE INDEX exposure_unit ON public.exposure USING btree (tenant_id, unit);

CREATE INDEX fed_product_of ON public.fed_product USING btree (tenant_id, market_id, feed);

CREATE INDEX feed_run_newest ON public.feed_run USING btree (tenant_id, run_id DESC);

CREATE INDEX feed_run_of ON public.feed_run USING btree (tenant_id, feed, run_id DESC);

CREATE INDEX forgotten_blocked ON public.forgotten USING btree (tenant_id) WHERE blocked;

CREATE INDEX late_view_tenant ON public.late_view USING btree (tenant_id);

CREATE INDEX product_attributes ON public.product USING gin (attribute_pairs);

CREATE INDEX product_brand ON public.product USING btree (tenant_id, brand);

CREATE INDEX product_categories ON public.product USING gin (category_ids);

CREATE INDEX product_created ON public.product USING btree (tenant_id, created_at);

CREATE INDEX product_group ON public.product USING btree (tenant_id, group_id) WHERE (group_id IS NOT NULL);

CREATE INDEX product_market_newest ON public.product_market USING btree (tenant_id, market_id, first_seen DESC, product_id) WHERE available;

CREATE INDEX product_search ON public.product USING gin (search_text);

CREATE INDEX product_title_words ON public.product USING gin (to_tsvector('simple'::regconfig, title));

CREATE INDEX recent_sight_age ON public.recent_sight USING btree (tenant_id, owner, seen_at DESC);

CREATE INDEX refused_merge_other ON public.refused_merge USING btree (tenant_id, other_id);

CREATE UNIQUE INDEX release_serving ON public.release USING btree (tenant_id) WHERE serving;

CREATE INDEX relinked_tenant ON public.relinked USING btree (tenant_id);

CREATE INDEX search_word_letters ON public.search_word USING gin (word public.gin_trgm_ops);

CREATE INDEX search_word_sorted ON public.search_word USING btree (tenant_id, letters);

CREATE INDEX served_view_of_visitor ON ONLY public.served_view USING btree (tenant_id, visitor_id) WHERE (visitor_id IS NOT NULL);

CREATE INDEX served_view_session ON ONLY public.served_view USING btree (tenant_id, session_id) WHERE (session_id IS NOT NULL);

CREATE INDEX served_view_user ON ONLY public.served_view USING btree (tenant_id, user_id) WHERE (user_id IS NOT NULL);

CREATE INDEX served_view_visitor ON ONLY public.served_view USING btree (tenant_id, visitor_id) WHERE ((session_id IS NULL) AND (user_id IS NULL) AND (visitor_id IS NOT NULL));

CREATE INDEX session_link_user ON public.session_link USING btree (tenant_id, user_id);

CREATE INDEX shop_user_person ON public.shop_user USING btree (tenant_id, person_id) WHERE (person_id IS NOT NULL);

CREATE INDEX touch_done_tenant_id_session_id_kind_idx ON public.touch_done USING btree (tenant_id, session_id, kind) WHERE (session_id IS NOT NULL);

CREATE INDEX touch_done_tenant_id_told_user_id_idx ON public.touch_done USING btree (tenant_id, told_user_id) WHERE (told_user_id IS NOT NULL);

CREATE INDEX touch_done_tenant_id_user_id_kind_idx ON public.touch_done USING btree (tenant_id, user_id, kind) WHERE (user_id IS NOT NULL);

CREATE INDEX touch_done_tenant_id_visitor_id_kind_idx ON public.touch_done USING btree (tenant_id, visitor_id, kind) WHERE (visitor_id IS NOT NULL);

CREATE INDEX touch_seen_tenant_id_session_id_product_id_idx ON ONLY public.touch_seen USING btree (tenant_id, session_id, product_id) WHERE (session_id IS NOT NULL);

CREATE INDEX touch_seen_tenant_id_told_user_id_idx ON ONLY public.touch_seen USING btree (tenant_id, told_user_id) WHERE (told_user_id IS NOT NULL);

CREATE INDEX touch_seen_tenant_id_user_id_product_id_idx ON ONLY public.touch_seen USING btree (tenant_id, user_id, product_id) WHERE (user_id IS NOT NULL);

CREATE INDEX touch_seen_tenant_id_visitor_id_product_id_idx ON ONLY public.touch_seen USING btree (tenant_id, visitor_id, product_id) WHERE (visitor_id IS NOT NULL);

CREATE INDEX touch_stray_again ON public.touch_stray USING btree (tenant_id, again) WHERE (again IS NOT NULL);

CREATE INDEX touch_stray_view ON public.touch_stray USING btree (tenant_id, view_id);

CREATE INDEX unit_due_tenant ON public.unit_due USING btree (tenant_id);

CREATE INDEX unit_metric_open ON public.unit_metric USING btree (closes_at) WHERE (NOT closed);

CREATE INDEX user_identity_user ON public.user_identity USING btree (tenant_id, user_id);

CREATE INDEX visitor_session_visitor ON public.visitor_session USING btree (tenant_id, visitor_id) WHERE (visitor_id IS NOT NULL);

ALTER INDEX public.touch_pkey ATTACH PARTITION public.touch_done_pkey;

ALTER INDEX public.touch_pkey ATTACH PARTITION public.touch_seen_pkey;

CREATE TRIGGER bump_on_delete AFTER DELETE ON public.api_key REFERENCING OLD TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.bump_tenant_version_on_delete();

CREATE TRIGGER bump_on_delete AFTER DELETE ON public.category REFERENCING OLD TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.bump_tenant_version_on_delete();

CREATE TRIGGER bump_on_delete AFTER DELETE ON public.event_type REFERENCING OLD TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.bump_tenant_version_on_delete();

CREATE TRIGGER bump_on_delete AFTER DELETE ON public.experiment REFERENCING OLD TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.bump_tenant_version_on_delete();

CREATE TRIGGER bump_on_delete AFTER DELETE ON public.market REFERENCING OLD TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.bump_tenant_version_on_delete();

CREATE TRIGGER bump_on_delete AFTER DELETE ON public.metric REFERENCING OLD TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.bump_tenant_version_on_delete();

CREATE TRIGGER bump_on_delete AFTER DELETE ON public.placement REFERENCING OLD TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.bump_tenant_version_on_delete();

CREATE TRIGGER bump_on_delete AFTER DELETE ON public.release REFERENCING OLD TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.bump_tenant_version_on_delete();

CREATE TRIGGER bump_on_delete AFTER DELETE ON public.rule REFERENCING OLD TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.bump_tenant_version_on_delete();

CREATE TRIGGER bump_on_insert AFTER INSERT ON public.api_key REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.bump_tenant_version();

CREATE TRIGGER bump_on_insert AFTER INSERT ON public.audit_log REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.bump_tenant_version();

CREATE TRIGGER bump_on_insert AFTER INSERT ON public.category REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.bump_tenant_version();

CREATE TRIGGER bump_on_insert AFTER INSERT ON public.event_type REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.bump_tenant_version();

CREATE TRIGGER bump_on_insert AFTER INSERT ON public.experiment REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.bump_tenant_version();

CREATE TRIGGER bump_on_insert AFTER INSERT ON public.market REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.bump_tenant_version();

CREATE TRIGGER bump_on_insert AFTER INSERT ON public.metric REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.bump_tenant_version();

CREATE TRIGGER bump_on_insert AFTER INSERT ON public.placement REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.bump_tenant_version();

CREATE TRIGGER bump_on_insert AFTER INSERT ON public.release REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.bump_tenant_version();

CREATE TRIGGER bump_on_insert AFTER INSERT ON public.rule REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.bump_tenant_version();

CREATE TRIGGER bump_on_insert AFTER INSERT ON public.tenant REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.bump_tenant_version();

CREATE TRIGGER bump_on_update AFTER UPDATE ON public.api_key REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.bump_tenant_version();

CREATE TRIGGER bump_on_update AFTER UPDATE ON public.audit_log REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.bump_tenant_version();

CREATE TRIGGER bump_on_update AFTER UPDATE ON public.category REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.bump_tenant_version();

CREATE TRIGGER bump_on_update AFTER UPDATE ON public.event_type REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.bump_tenant_version();

CREATE TRIGGER bump_on_update AFTER UPDATE ON public.experiment REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.bump_tenant_version();

CREATE TRIGGER bump_on_update AFTER UPDATE ON public.market REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.bump_tenant_version();

CREATE TRIGGER bump_on_update AFTER UPDATE ON public.metric REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.bump_tenant_version();

CREATE TRIGGER bump_on_update AFTER UPDATE ON public.placement REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.bump_tenant_version();

CREATE TRIGGER bump_on_update AFTER UPDATE ON public.release REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.bump_tenant_version();

CREATE TRIGGER bump_on_update AFTER UPDATE ON public.rule REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.bump_tenant_version();

CREATE TRIGGER bump_on_update AFTER UPDATE ON public.tenant REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.bump_tenant_version();

CREATE TRIGGER forget_visits AFTER DELETE ON public.tenant REFERENCING OLD TABLE AS gone_rows FOR EACH STATEMENT EXECUTE FUNCTION public.forget_visits();

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

CREATE TRIGGER note_on_delete AFTER DELETE ON public.session_link REFERENCING OLD TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_relinked();

CREATE TRIGGER note_on_insert AFTER INSERT ON public.served_view REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_late_views();

CREATE TRIGGER note_on_insert AFTER INSERT ON public.session_link REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_relinked();

CREATE TRIGGER note_on_update AFTER UPDATE ON public.session_link REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_relinked();

CREATE TRIGGER note_units_on_insert AFTER INSERT ON public.session_link REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_linked_units();

CREATE TRIGGER note_units_on_update AFTER UPDATE ON public.session_link REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_linked_units();

CREATE TRIGGER note_units_on_update AFTER UPDATE ON public.shop_user REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_merged_units();

CREATE TRIGGER note_units_on_update AFTER UPDATE ON public.visitor_session FOR EACH ROW WHEN ((old.visitor_id IS DISTINCT FROM new.visitor_id)) EXECUTE FUNCTION public.note_visiting_units();

ALTER TABLE ONLY public.api_key
    ADD CONSTRAINT api_key_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(tenant_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.api_key_use
    ADD CONSTRAINT api_key_use_tenant_id_key_id_fkey FOREIGN KEY (tenant_id, key_id) REFERENCES public.api_key(tenant_id, key_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.attribution_state
    ADD CONSTRAINT attribution_state_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(tenant_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.audit_log
    ADD CONSTRAINT audit_log_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(tenant_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.category
    ADD CONSTRAINT category_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(tenant_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.curated_list
    ADD CONSTRAINT curated_list_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(tenant_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.erasure_receipt
    ADD CONSTRAINT erasure_receipt_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(tenant_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.event_batch
    ADD CONSTRAINT event_batch_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(tenant_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.event_day
    ADD CONSTRAINT event_day_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(tenant_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.event_type
    ADD CONSTRAINT event_type_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(tenant_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.experiment_day
    ADD CONSTRAINT experiment_day_experiment_id_fkey FOREIGN KEY (experiment_id) REFERENCES public.experiment(experiment_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.experiment_look
    ADD CONSTRAINT experiment_look_experiment_id_fkey FOREIGN KEY (experiment_id) REFERENCES public.experiment(experiment_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.experiment_past
    ADD CONSTRAINT experiment_past_experiment_id_fkey FOREIGN KEY (experiment_id) REFERENCES public.experiment(experiment_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.experiment_phase
    ADD CONSTRAINT experiment_phase_experiment_id_fkey FOREIGN KEY (experiment_id) REFERENCES public.experiment(experiment_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.experiment_policy
    ADD CONSTRAINT experiment_policy_experiment_id_fkey FOREIGN KEY (experiment_id) REFERENCES public.experiment(experiment_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.experiment_product
    ADD CONSTRAINT experiment_product_experiment_id_fkey FOREIGN KEY (experiment_id) REFERENCES public.experiment(experiment_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.experiment
    ADD CONSTRAINT experiment_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(tenant_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.experiment
    ADD CONSTRAINT experiment_tenant_id_layer_id_fkey FOREIGN KEY (tenant_id, layer_id) REFERENCES public.layer(tenant_id, layer_id);

ALTER TABLE ONLY public.experiment_total
    ADD CONSTRAINT experiment_total_experiment_id_fkey FOREIGN KEY (experiment_id) REFERENCES public.experiment(experiment_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.experiment_weighing
    ADD CONSTRAINT experiment_weighing_experiment_id_fkey FOREIGN KEY (experiment_id) REFERENCES public.experiment(experiment_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.exposure
    ADD CONSTRAINT exposure_experiment_id_fkey FOREIGN KEY (experiment_id) REFERENCES public.experiment(experiment_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.fed_product
    ADD CONSTRAINT fed_product_tenant_id_market_id_product_id_fkey FOREIGN KEY (tenant_id, market_id, product_id) REFERENCES public.product_market(tenant_id, market_id, product_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.feed_run
    ADD CONSTRAINT feed_run_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(tenant_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.feed
    ADD CONSTRAINT feed_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(tenant_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.feed
    ADD CONSTRAINT feed_tenant_id_market_id_fkey FOREIGN KEY (tenant_id, market_id) REFERENCES public.market(tenant_id, market_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.forgotten
    ADD CONSTRAINT forgotten_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(tenant_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.layer
    ADD CONSTRAINT layer_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(tenant_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.marker
    ADD CONSTRAINT marker_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(tenant_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.market
    ADD CONSTRAINT market_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(tenant_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.metric
    ADD CONSTRAINT metric_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(tenant_id) ON DELETE CASCADE;

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

ALTER TABLE ONLY public.recent_sight
    ADD CONSTRAINT recent_sight_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(tenant_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.refused_merge
    ADD CONSTRAINT refused_merge_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(tenant_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.release
    ADD CONSTRAINT release_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(tenant_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.retained
    ADD CONSTRAINT retained_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenant(tenant_id) ON DELETE CASCADE;

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

ALTER TABLE ONLY public.unit_due
    ADD CONSTRAINT unit_due_experiment_id_fkey FOREIGN KEY (experiment_id) REFERENCES public.experiment(experiment_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.unit_metric
    ADD CONSTRAINT unit_metric_experiment_id_fkey FOREIGN KEY (experiment_id) REFERENCES public.experiment(experiment_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.unit_of_bots
    ADD CONSTRAINT unit_of_bots_experiment_id_fkey FOREIGN KEY (experiment_id) REFERENCES public.experiment(experiment_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.user_identity
    ADD CONSTRAINT user_identity_tenant_id_user_id_fkey FOREIGN KEY (tenant_id, user_id) REFERENCES public.shop_user(tenant_id, user_id) ON DELETE CASCADE;
