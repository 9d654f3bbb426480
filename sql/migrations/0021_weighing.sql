-- What is kept at hand of a visitor, by which pages go: the newest 50 of their events that say something about taste, by the shop's own
-- word on its event types; `types` do where it has none.
create function remember_events(batch told_event[], types text[], sessions boolean) returns void language plpgsql
set plan_cache_mode = force_generic_plan as $$
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

-- Who shares what is known of whom is asked of links that are dated and can be taken back, since migration 0018.
drop function kin(text, text[]);
