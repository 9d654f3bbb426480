-- A batch of events is taken in by one call: who is not to be followed, which events are new, and everything that is kept of those.

-- As it was, but whoever waited for the lock looks into the catalog anew: what to_regclass remembers may be older than the wait.
create or replace function ensure_partitions(parent regclass, days date[]) returns void language plpgsql as $$
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

-- Each of their rows was checked against its tenant, one at a time, which cost more than keeping it. A tenant still takes them with it.
alter table recent_event drop constraint recent_event_tenant_id_fkey;
alter table visitor_session drop constraint visitor_session_tenant_id_fkey;
alter table visitor_session set (fillfactor = 80);       -- nearly every row is written again: beside where it stood, as long as there is room

create function forget_visits() returns trigger language plpgsql as $$
begin
    delete from recent_event r using gone_rows g where r.tenant_id = g.tenant_id;
    delete from visitor_session s using gone_rows g where s.tenant_id = g.tenant_id;
    return null;
end $$;
create trigger forget_visits after delete on tenant referencing old table as gone_rows
    for each statement execute function forget_visits();

-- The batch without the events of these numbers.
create function without(batch told_event[], gone int[]) returns told_event[] language plpgsql immutable parallel safe as $$
begin
    if gone = '{}' then
        return batch;
    end if;
    return array(select e from unnest(batch) as e where e.number not in (select unnest(gone)));
end $$;

-- Claims the keys of the batch's events, of which each is there once; the numbers of those that were known. Sorted, so that two batches
-- cannot deadlock. `hoping` that all are new, they are written without a look at what stands there, which is half the work; where one does
-- stand there, that is taken back.
create function claim_events(batch told_event[], hoping boolean) returns int[] language plpgsql as $$
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

create function lines_of(e told_event) returns told_line[] language sql immutable parallel safe as $$
    select coalesce(e.lines, array[(e.product_id, e.quantity, e.unit_price_minor, e.currency)::told_line])
$$;

-- The products that a batch names, and what their events say of visitors: an order told whole has a row a line.
create function products_of(batch told_event[]) returns table (
    tenant_id text, event_id text, line int, type text, happened_at timestamptz, session_id text, user_id text, product_id text, apart text
) language sql stable parallel safe as $$
    select e.tenant_id, e.event_id, line.ordinality::int - 1, e.type, e.happened_at, e.session_id, e.user_id, line.product_id, e.apart
    from unnest(batch) as e
    cross join lateral unnest(lines_of(e)) with ordinality as line
$$;

-- Keeps the events, and when their sessions began and were last seen.
create function keep_events(batch told_event[]) returns void language plpgsql as $$
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

-- What a visitor is not interested in is never recommended to them again: under the user where one is believed, else the session.
-- Who has said so `most` times already says it in vain.
create function refuse_told(batch told_event[], most int) returns void language sql as $$
    insert into preference as p (tenant_id, owner, kind, id, action, said_at)
    select tenant_id, owner, 'PRODUCT', product_id, 'NEVER_RECOMMEND', max(happened_at)
    from unnest(batch) as e, lateral (select coalesce('u:' || user_id, 's:' || session_id) as owner) as said
    where type = 'not_interested' and product_id is not null and owner is not null and apart is null
      and (select count(*) from preference p where p.tenant_id = e.tenant_id and p.owner = said.owner) < most
    group by tenant_id, owner, product_id
    order by tenant_id, owner, product_id
    on conflict (tenant_id, owner, kind, id) do update set action = excluded.action, said_at = greatest(p.said_at, excluded.said_at)
$$;

-- Counts how often a visitor of the rotating tenants saw a product, the newest `most` products each; what they did anything with
-- afterwards begins anew.
create function sink_told(batch told_event[], most int, types text[], rotating text[]) returns void language sql as $$
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

-- Takes a batch in, in which each event is once. What became of those that are not simply new: BLOCKED and KNOWN ones by their numbers,
-- UNTIED ids of kept ones by the event's number and the id's place. `types` say something about taste where the shop's own word on
-- its event types does not differ; only where `sessions` may come back is kept at hand what they did; `rotating` are the tenants of whose
-- placements one sinks what was seen.
create function take_in(told told_event[], types text[], sessions boolean, hoping boolean, rotating text[], most_refused int,
                        most_sights int) returns table (outcome text, number int, place int) language plpgsql as $$
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
