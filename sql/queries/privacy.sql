-- name: forget_ahead(tenant_id, kind, value)
-- Makes what someone did nameless, as far as it is committed; how many rows, by table.
select forget_ahead(someone(:tenant_id, :kind, :value, true)) as rows;

-- name: forget(tenant_id, kind, value, whole, blocked, actor, done)
-- Has someone forgotten, and nothing left that was committed before; the receipt.
select receipt_id, made_at, rows from forget(:tenant_id, :kind, :value, :whole, :blocked, :actor, :done::jsonb);

-- name: follow_again(tenant_id, kind, value)
select follow_again(:tenant_id, :kind, :value) as done;

-- name: export(tenant_id, kind, value, most)
-- Everything that is held of someone, a row a row under its table's name; of events and what was shown the newest. Every table that
-- may hold something of someone is named, with null where it holds nothing.
with s as materialized (
    select someone(:tenant_id, :kind, :value, false) as whom
), part as (
    select 'user' as name, to_jsonb(u) - 'tenant_id' as told
    from s join shop_user u on u.tenant_id = :tenant_id and u.user_id = any ((whom).users)
    union all
    select 'identities', to_jsonb(i) - 'tenant_id'
    from s join user_identity i on i.tenant_id = :tenant_id and i.user_id = any ((whom).users)
    union all
    select 'sessions', to_jsonb(v) - 'tenant_id' from s
    join visitor_session v on v.tenant_id = :tenant_id and v.session_id = any (own_sessions(whom))
    union all
    select 'links', to_jsonb(l) - 'tenant_id'
    from s join session_link l on l.tenant_id = :tenant_id and l.user_id = any ((whom).users)
    union all
    select 'preferences', to_jsonb(p) - 'tenant_id' from s, said_by(whom) as p
    union all
    select 'lists', to_jsonb(c) - 'tenant_id'
    from s join curated_list c on c.tenant_id = :tenant_id and c.user_id = any ((whom).users)
    union all
    (select 'events', to_jsonb(e) - 'tenant_id' - 'batch_id' from s, events_of(whom) order by (e).happened_at desc limit :most::int)
    union all
    (select 'views', to_jsonb(v) - 'tenant_id' from s, views_of(whom) order by (v).served_at desc limit :most::int)
    union all
    select 'exposures', to_jsonb(x) - 'tenant_id' from exposures_of(someone(:tenant_id, :kind, :value, true)) as x
    union all
    select name, told from s, held_of(whom, :most::int)
)
select name, told from part where told is not null
union all
select t.name, null from tables_of_people() as t where t.columns && array['user_id', 'told_user_id', 'session_id'];
