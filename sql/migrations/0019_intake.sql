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

-- Claims the keys of the staged events, of which each is staged once; those that were known are staged no longer, and returned.
-- Sorted, so that two batches cannot deadlock. `hoping` that all are new, they are written without a look at what stands there, which is
-- half the work; where one does stand there, that is taken back.
create function claim_staged(hoping boolean) returns setof int language plpgsql as $$
declare
    tenants text[];
    keys    bytea[];
begin
    if hoping then
        begin
            insert into event_key (tenant_id, event_key, day)
            select tenant_id, event_key, (happened_at at time zone 'UTC')::date
            from staged_event
            where line = 0
            order by tenant_id, event_key;
            return;
        exception when unique_violation then
            null;
        end;
    end if;
    with claimed as (
        insert into event_key (tenant_id, event_key, day)
        select tenant_id, event_key, (happened_at at time zone 'UTC')::date
        from staged_event
        where line = 0
        order by tenant_id, event_key
        on conflict do nothing
        returning tenant_id, event_key
    )
    select array_agg(tenant_id), array_agg(event_key) into tenants, keys from claimed;

    if cardinality(keys) = (select count(*) from staged_event where line = 0) then
        return;
    end if;
    return query
        with known as (
            delete from staged_event s
            where not exists (select from unnest(tenants, keys) as claimed (tenant_id, event_key)
                              where claimed.tenant_id = s.tenant_id and claimed.event_key = s.event_key)
            returning number, line
        )
        select number from known where line = 0;
end $$;

-- Keeps the staged events, and when their sessions began and were last seen.
create function keep_staged() returns void language plpgsql as $$
declare
    batch bigint := nextval('event_batch_number');
begin
    insert into event (tenant_id, event_id, line, type, happened_at, received_at, session_id, user_id, claimed_user_id, visitor_id,
                       market_id, channel, scope, product_id, quantity, unit_price_minor, currency, order_id, recommendation_id,
                       view_id, list_id, placement_id, position, search_term, category_id, value, properties, apart, whole, batch_id)
    select tenant_id, event_id, line, type, happened_at, now(), session_id, user_id, claimed_user_id, visitor_id,
           market_id, channel, scope, product_id, quantity, unit_price_minor, currency, order_id, recommendation_id,
           view_id, list_id, placement_id, position, search_term, category_id, value, properties, apart, whole, batch
    from staged_event;

    insert into event_batch (batch_id, tenant_id, day)
    select distinct batch, tenant_id, (happened_at at time zone 'UTC')::date from staged_event;

    -- A session that tells nothing new is not written.
    insert into visitor_session as s (tenant_id, session_id, visitor_id, started_at, last_seen)
    select tenant_id, session_id, max(visitor_id), min(happened_at), max(happened_at)
    from staged_event
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

-- What became of the staged events that are not simply new: BLOCKED and KNOWN ones by their numbers, UNTIED ids of kept ones by the
-- event's number and the id's place.
create function take_in(types text[], sessions boolean, hoping boolean) returns table (outcome text, number int, place int)
language plpgsql as $$
begin
    return query select 'BLOCKED', held.number, null::int from hold_batch() as held;
    return query select 'KNOWN', known, null::int from claim_staged(hoping) as known;
    if exists (select from staged_identity) then
        return query select 'UNTIED', untied.number, untied.place from name_events() as untied;
    end if;
    if not exists (select from staged_event) then
        return;
    end if;
    perform keep_staged();
    if exists (select from staged_event where user_id is not null) then
        perform add_users();
    end if;
    if exists (select from staged_event where session_id is not null and (user_id is not null or visitor_id is not null)) then
        perform link_sessions();
    end if;
    perform remember_staged(types, sessions);
end $$;
