-- What is kept at hand of a visitor goes by the shop's own word on its event types; `types` say something about taste where it has none.
create or replace function remember_staged(types text[], sessions boolean) returns void language plpgsql as $$
begin
    insert into recent_event (tenant_id, owner, happened_at, event_id, line, type, product_id, user_id)
    select s.tenant_id, owner, happened_at, event_id, line, type, product_id, user_id
    from staged_event s
    left join event_type own on own.tenant_id = s.tenant_id and own.name = s.type
    cross join lateral (values (case when sessions then 's:' || session_id end), ('u:' || user_id)) as owners (owner)
    where owner is not null and product_id is not null and apart is null and coalesce(own.weight > 0, type = any (types))
    order by s.tenant_id, owner
    on conflict do nothing;

    -- What is too much is found first: found anew beside each of an owner's rows, it cost more than all else that a batch writes.
    with surplus as materialized (
        select touched.tenant_id, touched.owner, beyond.happened_at, beyond.event_id, beyond.line
        from (
            select distinct s.tenant_id, owner
            from staged_event s
            left join event_type own on own.tenant_id = s.tenant_id and own.name = s.type
            cross join lateral (values (case when sessions then 's:' || session_id end), ('u:' || user_id)) as owners (owner)
            where owner is not null and product_id is not null and apart is null and coalesce(own.weight > 0, type = any (types))
        ) as touched
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
