-- name: find_users(tenant_id, kinds, values)
-- The people that these identities lead to; an identity that leads to nobody is not there.
select told.kind, told.value, person as user_id
from unnest(:kinds::text[], :values::text[]) as told (kind, value)
cross join lateral (select find_person(:tenant_id, told.kind, told.value) as person) as found
where person is not null;

-- name: is_known(tenant_id, owner)
-- Whether anything is known of a user or a session.
select exists (select from shop_user where tenant_id = :tenant_id and 'u:' || user_id = :owner::text
                                       and user_id = substr(:owner::text, 3))
    or exists (select from visitor_session where tenant_id = :tenant_id and 's:' || session_id = :owner::text
                                             and session_id = substr(:owner::text, 3))
    or exists (select from preference where tenant_id = :tenant_id and owner = :owner::text) as yes;

-- name: read(tenant_id, owners)
-- What was said under these names and those that share with them, as far as it is theirs; the last word where it was said twice.
select kind, id, action
from (select distinct on (kind, id) kind, id, action
      from tastes(:tenant_id, :owners::text[])
      order by kind, id, said_at desc) as last
order by kind, id;

-- name: read_own(tenant_id, owner)
-- What was said under this name alone.
select kind, id, action from preference where tenant_id = :tenant_id and owner = :owner order by kind, id;

-- name: count(tenant_id, owner)
select count(*) as preferences from preference where tenant_id = :tenant_id and owner = :owner;

-- name: put(tenant_id, owner, kind, ids, action)!
insert into preference (tenant_id, owner, kind, id, action)
select distinct :tenant_id, :owner, :kind, id, :action from unnest(:ids::text[]) as id order by id
on conflict (tenant_id, owner, kind, id) do update set action = excluded.action, said_at = now();

-- name: remove(tenant_id, owner, kind, ids)!
-- Takes back what was said, wherever it was.
delete from preference p
using tastes(:tenant_id, array[:owner::text]) as said
where p.tenant_id = said.tenant_id and p.owner = said.owner and p.kind = said.kind and p.id = said.id
  and p.kind = :kind and p.id = any (:ids::text[]);
