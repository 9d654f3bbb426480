-- name: find(tenant_id, kind, value)
-- The person that an id leads to.
select find_person(:tenant_id, :kind, :value) as user_id;

-- name: read(tenant_id, user_id, sessions)
-- A user, with what leads to them: of their sessions the newest.
select u.user_id, u.made, u.hidden, u.attributes,
       u.tracking_blocked or is_blocked(u.tenant_id, 'user', u.user_id) as tracking_blocked,
       (select coalesce(jsonb_agg(jsonb_build_array(kind, value, linked_at) order by kind = 'session', linked_at, kind, value), '[]')
        from (select i.kind, i.value, i.linked_at
              from user_identity i
              where i.tenant_id = u.tenant_id and i.user_id = any (whole_of(u.tenant_id, u.user_id))
              union all
              select 'user', part.user_id, part.created_at
              from shop_user part
              where part.tenant_id = u.tenant_id and part.person_id = u.user_id
              union all
              (select 'session', l.session_id, min(l.linked_at)
               from session_link l
               where l.tenant_id = u.tenant_id and l.user_id = any (whole_of(u.tenant_id, u.user_id)) and is_linked(l)
               group by l.session_id
               order by 3 desc
               limit :sessions)) as known) as identities
from shop_user u
where u.tenant_id = :tenant_id and u.user_id = :user_id;

-- name: keep(tenant_id, users, whole)
-- Keeps users as they are told; the rows that were not kept.
select place, code, kind from keep_users(:tenant_id, :users::jsonb, :whole) order by place;

-- name: link(tenant_id, user_id, kind, value)
select link_identity(:tenant_id, :user_id, :kind, :value) as done;

-- name: unlink(tenant_id, user_id, kind, value)
select unlink_identity(:tenant_id, :user_id, :kind, :value) as done;

-- name: hold(tenant_id)
-- Nobody of the tenant is forgotten until this transaction ends.
select pg_advisory_xact_lock_shared(people_lock(:tenant_id));

-- name: events(tenant_id, kind, value, types, happened_at, event_id, line, first)
-- What someone did, newest first, before one of these where it is told.
select (e).event_id, (e).line, (e).type, (e).happened_at, (e).session_id, (e).user_id, (e).visitor_id, (e).product_id, (e).quantity,
       (e).unit_price_minor, (e).currency, (e).order_id, (e).recommendation_id, (e).view_id, (e).placement_id, (e).position,
       (e).search_term, (e).category_id, (e).channel, (e).properties
from someone(:tenant_id, :kind, :value, false) as s, events_of(s)
where (:types::text[] is null or (e).type = any (:types::text[]))
  and (:happened_at::timestamptz is null or (e).happened_at <= :happened_at::timestamptz)
  and (:happened_at::timestamptz is null
       or ((e).happened_at, (e).event_id, (e).line) < (:happened_at::timestamptz, :event_id::text, :line::smallint))
order by (e).happened_at desc, (e).event_id desc, (e).line desc
limit :first;

-- name: refused(tenant_id, first)
-- The ties that were refused, newest first.
select kind, hint, user_id, other_id, times, refused_at
from refused_merge
where tenant_id = :tenant_id
order by refused_at desc, user_id, other_id, kind, hint
limit :first;
