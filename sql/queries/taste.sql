-- name: find_users(tenant_id, kinds, values)
-- The users that these identities are linked to; an identity that leads to nobody is not there.
select i.kind, i.value, i.user_id
from unnest(:kinds::text[], :values::text[]) as told (kind, value)
join user_identity i on i.tenant_id = :tenant_id and i.kind = told.kind and i.value = told.value;

-- name: owner_of_session(tenant_id, session_id)
-- The user that a session was linked to last.
select user_id from session_link
where tenant_id = :tenant_id and session_id = :session_id
order by linked_at desc, user_id
limit 1;

-- name: is_known(tenant_id, owner)
-- Whether anything is known of a user or a session.
select exists (select from shop_user where tenant_id = :tenant_id and 'u:' || user_id = :owner::text
                                       and user_id = substr(:owner::text, 3))
    or exists (select from visitor_session where tenant_id = :tenant_id and 's:' || session_id = :owner::text
                                             and session_id = substr(:owner::text, 3))
    or exists (select from preference where tenant_id = :tenant_id and owner = :owner::text) as yes;

-- name: read(tenant_id, owners)
-- What was said under these names and those that share with them; the last word where it was said twice.
select kind, id, action
from (select distinct on (kind, id) kind, id, action
      from preference
      where tenant_id = :tenant_id and owner = any (:owners::text[])
      order by kind, id, said_at desc) as last
order by kind, id;

-- name: kin(tenant_id, owners)
select kin(:tenant_id, :owners::text[]) as owners;

-- name: count(tenant_id, owner)
select count(*) as preferences from preference where tenant_id = :tenant_id and owner = :owner;

-- name: put(tenant_id, owner, kind, ids, action)!
insert into preference (tenant_id, owner, kind, id, action)
select distinct :tenant_id, :owner, :kind, id, :action from unnest(:ids::text[]) as id order by id
on conflict (tenant_id, owner, kind, id) do update set action = excluded.action, said_at = now();

-- name: remove(tenant_id, owners, kind, ids)!
delete from preference where tenant_id = :tenant_id and owner = any (:owners::text[]) and kind = :kind and id = any (:ids::text[]);
