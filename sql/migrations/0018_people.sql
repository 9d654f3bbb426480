-- Who people are: the ids that lead to them, which sessions are theirs and since when, and what is left of those who were forgotten.

-- `made`: by the gateway, for ids that came without a user id. A made one may turn out to be somebody: `absorbed_by` says who, directly,
-- and `person_id` who that is in the end; null = themselves. Taking the id away that told so makes them two again.
alter table shop_user
    add column made        boolean not null default false,
    add column absorbed_by text,
    add column person_id   text;
create index shop_user_person on shop_user (tenant_id, person_id) where person_id is not null;

-- `linked_at`: the moment of the login. A link that was taken back (`unlinked_at`) is one again by a login after that moment, and then
-- concerns what came after it; or, whole, by the shop's word, which clears it.
alter table session_link
    add column unlinked_at timestamptz,
    add column through     text not null default 'LOGIN' check (through in ('LOGIN', 'VISITOR', 'SHOP'));
create index visitor_session_visitor on visitor_session (tenant_id, visitor_id) where visitor_id is not null;

-- Of whom a session's event was told; null = of nobody yet.
alter table recent_event add column user_id text;
update recent_event r set user_id = e.user_id
from event e
where r.owner like 's:%' and e.user_id is not null and e.tenant_id = r.tenant_id and e.session_id = substr(r.owner, 3)
  and e.happened_at = r.happened_at and e.event_id = r.event_id and e.line = r.line;

-- What has other owners than before is noted by session where links change (0017); where two people become one, or two again, all that
-- was told of the one: then without a session.
alter table relinked alter column session_id drop not null;

-- An order that something was taken out of is settled anew.
alter table relinked add column order_key text;

-- Ties that would have made one of two users that the shop knows. `hint`: enough to recognise the id by, and not to read it.
create table refused_merge (
    tenant_id  text        not null references tenant on delete cascade,
    kind       text        not null,
    hint       text        not null,
    user_id    text        not null,                     -- who was to have the id
    other_id   text        not null,                     -- who has it
    times      int         not null default 1,
    refused_at timestamptz not null default now(),
    primary key (tenant_id, user_id, other_id, kind, hint)
);
create index refused_merge_other on refused_merge (tenant_id, other_id);

-- ---- who is who -----------------------------------------------------------------------------------------------------------------

-- The person that a user is.
create function person_of(tenant text, named text) returns text language sql stable parallel safe as $$
    select coalesce((select u.person_id from shop_user u where u.tenant_id = tenant and u.user_id = named), named)
$$;

-- All the users that a person is, the person first.
create function whole_of(tenant text, person text) returns text[] language sql stable parallel safe as $$
    select person || array(select u.user_id from shop_user u where u.tenant_id = tenant and u.person_id = person order by 1)
$$;

-- Whether a session is its user's now.
create function is_linked(l session_link) returns boolean language sql immutable parallel safe as $$
    select l.unlinked_at is null or l.linked_at > l.unlinked_at
$$;

-- Whose an event is, be it told of a user (`known`) or not: then theirs who logged in first at that moment or after it, else theirs who
-- had logged in last; null = nobody's. All that asks for it asks here.
create function user_of(tenant text, session text, known text, moment timestamptz) returns text language plpgsql stable parallel safe as $$
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

-- Whether something done in a session may be used for a person who asks: it is theirs, or nobody's and the session was never taken from
-- them. For nobody (`person` null): it is nobody's.
create function concerns(tenant text, person text, session text, known text, moment timestamptz) returns boolean
language plpgsql stable parallel safe as $$
declare
    whose text := user_of(tenant, session, known, moment);
begin
    if whose is not null or person is null then
        return whose is not distinct from person;
    end if;
    return not exists (select from session_link l where l.tenant_id = tenant and l.session_id = session
                                                    and l.user_id = any (whole_of(tenant, person)));
end $$;

-- The person that an id leads to; null = to nobody.
create function find_person(tenant text, kind text, value text) returns text language sql stable parallel safe as $$
    select case kind
        when 'user' then (select coalesce(u.person_id, u.user_id) from shop_user u where u.tenant_id = tenant and u.user_id = value)
        when 'session' then user_of(tenant, value, null, now())
        else (select person_of(tenant, i.user_id) from user_identity i
              where i.tenant_id = tenant and i.kind = find_person.kind and i.value = find_person.value) end
$$;

-- Who asks: the user they are believed to be, else whom the first of their ids leads to. A visitor id comes last, and leads nowhere from
-- a session that is somebody else's.
create function who_asks(tenant text, named text, session text, visitor text, kinds text[], vals text[]) returns text
language plpgsql stable parallel safe as $$
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

-- The person among owners ('s:' || session, 'u:' || user, 'v:' || visitor id): who asks by these, else whose the session is now.
create function person_among(tenant text, owners text[]) returns text language plpgsql stable parallel safe as $$
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

-- Under which names a visitor's preferences are kept: their own, those of the person they are, and of that person's last sessions.
create function kin_of(tenant text, person text, owners text[]) returns text[] language plpgsql stable parallel safe as $$
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

-- What these owners have said that is theirs: what was said in a session is whose the session was then.
create function tastes(tenant text, owners text[]) returns setof preference language plpgsql stable parallel safe rows 20 as $$
declare
    person text := person_among(tenant, owners);
begin
    return query
        select p.*
        from preference p
        where p.tenant_id = tenant and p.owner = any (kin_of(tenant, person, owners))
          and (p.owner like 'u:%' or concerns(tenant, person, substr(p.owner, 3), null, p.said_at));
end $$;

-- ---- ties -----------------------------------------------------------------------------------------------------------------------

-- A made person turns out to be somebody.
create function absorb(tenant text, part text, whole text) returns void language sql as $$
    update shop_user set absorbed_by = whole where tenant_id = tenant and user_id = part;
    update shop_user set person_id = whole where tenant_id = tenant and (user_id = part or person_id = part);
    insert into relinked (tenant_id, user_id) values (tenant, part);
$$;

-- And is themselves again, with those they had turned out to be.
create function set_apart(tenant text, part text) returns void language sql as $$
    update shop_user set absorbed_by = null, person_id = null where tenant_id = tenant and user_id = part;
    with recursive below as (
        select user_id from shop_user where tenant_id = tenant and absorbed_by = part
        union
        select u.user_id from below join shop_user u on u.tenant_id = tenant and u.absorbed_by = below.user_id
    )
    update shop_user u set person_id = part from below where u.tenant_id = tenant and u.user_id = below.user_id;
    insert into relinked (tenant_id, user_id) values (tenant, part);
$$;

-- What an id is recognised by, and not read from.
create function hint_of(kind text, value text) returns text language sql immutable parallel safe as $$
    select case when kind = 'email' then left(value, 1) || '…@…' || right(value, 3)
                when kind = 'phone' then '…' || right(value, 2)
                when length(value) > 5 then left(value, 2) || '…' else '…' end
$$;

-- Ties ids to a user (`known`), or, without one, to whom the first of them leads, be that a new person. Where they lead to two users
-- that the shop knows, those two stay two: `refused` are the places of the ids that stay where they are. `strict`: then nothing is
-- tied at all. `user_id`: under whom what comes with these ids is kept. One at a time in a tenant, where anything is new.
create function tie(tenant text, known text, kinds text[], vals text[], strict boolean, out user_id text, out refused int[])
language plpgsql as $$
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

-- Has every session of a visitor id that is nobody's be a user's; the newest hundred.
create function link_visits(tenant text, visitor text, named text, moment timestamptz) returns void language sql as $$
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

-- ---- what a batch of events says of people --------------------------------------------------------------------------------------

-- Finds or makes the people whom events name by ids besides users, sessions and visitor ids: the batch with them, and for each that has
-- ids that could not be tied its number and the places of these, from 1.
create function name_events(inout batch told_event[], out untied jsonb) language plpgsql as $$
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

create function add_users(batch told_event[]) returns void language plpgsql as $$
begin
    insert into shop_user (tenant_id, user_id)
    select distinct tenant_id, user_id from unnest(batch) where user_id is not null order by tenant_id, user_id
    on conflict do nothing;
end $$;

-- A session in which a believed user id appears becomes that user's, unless it was taken from them after that; and with it the earlier
-- sessions of the same visitor id that are nobody's, as long as nobody else ever logged in there; a visitor id of more than a thousand
-- sessions is no device's, but what a shop tells of whoever has none. A session of a visitor id that the
-- shop has given to a user is that user's while nobody logs in.
create function link_sessions(batch told_event[]) returns void language plpgsql as $$
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

-- ---- what the shop says of people -----------------------------------------------------------------------------------------------

-- Keeps users as the shop tells them ({user_id, hidden, attributes, kinds, vals}), each whole or, where not `whole`, only what is told of
-- those there are: attributes then name by name, null takes one away. The rows that were not kept, by place from 0: a `kind` is that of an id
-- that is another user's.
create function keep_users(tenant text, users jsonb, whole boolean) returns table (place int, code text, kind text)
language plpgsql as $$
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

-- Has an id lead to a user; false where it is another's whom the shop knows.
create function link_identity(tenant text, named text, kind text, value text) returns boolean language plpgsql as $$
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

-- Takes an id away from a user, and what came to them by it: a session's anonymous behaviour, that of a visitor id's sessions, a person
-- whom the gateway made for the id. False where it does not lead to them.
create function unlink_identity(tenant text, named text, kind text, value text) returns boolean language plpgsql as $$
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

-- Everything that names someone: the person (null = nobody's), their users, the sessions that are theirs in part or whole, the
-- sessions that are nobody's and of theirs only, their visitor ids.
create type someone as (tenant_id text, person_id text, users text[], sessions text[], loose text[], visitors text[]);

-- Whom an id names. `widely`: with the visitor ids that nobody else ever had, and the sessions in which nobody logged in there.
create function someone(tenant text, kind text, value text, widely boolean) returns someone language plpgsql stable as $$
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

-- What was shown to someone, as far as it was them; `part` and `place` are where it lies.
create function views_of(s someone) returns table (part oid, place tid, v served_view) language sql stable as $$
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
create index served_view_session on served_view (tenant_id, session_id) where session_id is not null;
create index served_view_user on served_view (tenant_id, user_id) where user_id is not null;
create index served_view_visitor on served_view (tenant_id, visitor_id)
    where session_id is null and user_id is null and visitor_id is not null;

-- What someone did, as far as it is theirs; `part` and `place` are where it lies.
create function events_of(s someone) returns table (part oid, place tid, e event) language sql stable as $$
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
create index event_visitor on event (tenant_id, visitor_id, happened_at) where session_id is null and visitor_id is not null;

-- And what names nobody, on what was shown to them: a click that was led through the gateway.
create function nameless_events_of(s someone) returns table (part oid, place tid, e event) language sql stable as $$
    select e.tableoid, e.ctid, e
    from views_of(s) as shown
    join event e on e.tenant_id = s.tenant_id and e.view_id = (shown.v).view_id
                and e.session_id is null and e.user_id is null and e.visitor_id is null and e.claimed_user_id is null
$$;
create index event_nameless on event (tenant_id, view_id)
    where session_id is null and user_id is null and visitor_id is null and claimed_user_id is null;
create index event_claimed on event (tenant_id, claimed_user_id) where claimed_user_id is not null;

-- ---- who is not to be followed --------------------------------------------------------------------------------------------------

-- Held shared by whoever writes of a tenant's people, and alone by whoever has one of them forgotten.
create function people_lock(tenant text) returns bigint language sql immutable parallel safe as $$
    select hashtextextended('endcap.people:' || tenant, 0)
$$;

-- The key under which a tenant's marks are made, as HMAC uses it: padded, and each byte with 0x36, and with 0x5c.
create table marker (
    tenant_id text  primary key references tenant on delete cascade,
    inner_pad bytea not null,
    outer_pad bytea not null
);

-- Ids that were forgotten, each as a mark from which it cannot be read. `blocked`: whoever is named by it is not to be followed; the
-- others are kept for two days, for what was on its way.
create table forgotten (
    tenant_id    text        not null references tenant on delete cascade,
    mark         bytea       not null,
    blocked      boolean     not null,
    forgotten_at timestamptz not null default now(),
    receipt_id   uuid        not null,
    primary key (tenant_id, mark)
);

create function mark_of(tenant text, kind text, value text) returns bytea language sql stable parallel safe as $$
    select sha256(m.outer_pad || sha256(m.inner_pad || convert_to(kind || ':' || value, 'UTF8'))) from marker m where m.tenant_id = tenant
$$;

create index forgotten_blocked on forgotten (tenant_id) where blocked;

create function is_blocked(tenant text, kind text, value text) returns boolean language sql stable parallel safe as $$
    select exists (select from forgotten f where f.tenant_id = tenant and f.mark = mark_of(tenant, kind, value) and f.blocked)
$$;

-- Whether an id, whatever was made of it since, leads to somebody who is not to be followed.
create function leads_to_blocked(tenant text, kind text, value text) returns boolean language sql stable parallel safe as $$
    select exists (select from unnest(whole_of(tenant, find_person(tenant, kind, value))) as named where is_blocked(tenant, 'user', named))
$$;

-- Whether something is of somebody who is not to be followed, by whom it was told of, or else by its session or visitor id.
create function is_of_blocked(tenant text, session text, named text, visitor text, moment timestamptz) returns boolean
language plpgsql stable parallel safe as $$
declare
    person text := user_of(tenant, session, named, moment);
begin
    if person is null then
        return leads_to_blocked(tenant, 'visitor', visitor);
    end if;
    return exists (select from unnest(whole_of(tenant, person)) as part where is_blocked(tenant, 'user', part));
end $$;

-- Waits for whoever is having someone of the batch's tenants forgotten, and has them wait; the numbers of the events that name someone
-- who is not to be followed.
create function hold_batch(batch told_event[]) returns int[] language plpgsql as $$
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

-- Whether something that was on its way is of someone who was forgotten after it, or is not to be followed.
create function is_forgotten(tenant text, session text, named text, visitor text, moment timestamptz) returns boolean
language sql stable parallel safe as $$
    select exists (
        select from (values ('session', session), ('user', named), ('visitor', visitor)) as id (kind, value)
        join forgotten f on f.tenant_id = tenant and f.mark = mark_of(tenant, id.kind, id.value)
        where f.blocked or f.forgotten_at >= moment)
        or exists (select from forgotten f where f.tenant_id = tenant and f.blocked)
           and is_of_blocked(tenant, session, named, visitor, moment)
$$;

-- What was done about someone, without a word of who they were.
create table erasure_receipt (
    tenant_id  text        not null references tenant on delete cascade,
    receipt_id uuid        not null,
    made_at    timestamptz not null default now(),
    actor      text        not null,
    whole      boolean     not null,                     -- else only what they did
    blocked    boolean     not null,
    rows       jsonb       not null,                     -- table -> how many rows were removed or made nameless
    primary key (tenant_id, receipt_id)
);

-- The tables that hold something of people beside those that this file knows by name, and their columns.
create function tables_of_people() returns table (name text, columns text[]) language sql stable as $$
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

-- The sessions that are someone's and nobody else's.
create function own_sessions(s someone) returns text[] language sql stable as $$
    select s.loose || array(
        select told from unnest(s.sessions) as told
        where not exists (select from session_link l
                          where l.tenant_id = s.tenant_id and l.session_id = told and l.user_id <> all (s.users)))
$$;

-- Whether a row of `t` is made of one of someone's events, as an expression for EXECUTE. An id alone does not say so: an order told whole and a
-- click are known by the order and the recommendation, and the same id may have been told with others. Of what stands apart nothing is made.
create function of_their_event(columns text[]) returns text language sql immutable as $$
    select 't.event_id in (select old from fresh_id where kind = ''event'') and exists (select from their_row r where r.is_event and not r.apart and r.event_id = t.event_id'
        || case when 'trusted' = any (columns) then ' and r.trusted = t.trusted' else '' end
        || case when 'order_key' = any (columns)
                then ' and t.order_key in (coalesce(''o:'' || coalesce(r.claim, r.order_id), ''e:'' || r.event_id), ''o:'' || r.order_id,
                                           case when r.trusted then ''c:'' else ''b:'' end || r.event_id)' else '' end
        || case when 'view_id' = any (columns) then ' and t.view_id = any (r.views)' else '' end
        || case when 'happened_at' = any (columns) then ' and t.happened_at = r.moment' else '' end || ')'
$$;

-- What a column says once someone's ids are renamed, as an expression over `t` for EXECUTE; null where it says nothing of them.
-- A product is another, that there is not; any other word is gone.
create function renamed(name text) returns text language sql immutable as $$
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
$$;

-- Lays down what is someone's, and new names for it, one for one, that mean nothing and are kept nowhere. Moments stay, to the last digit: by
-- them figures are made.
create function rename_someone(s someone) returns void language plpgsql as $$
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
end $$;

-- Which words that a browser told are the shop's: in its catalog, its placements, of its keys, shown by it, a channel that every shop has; or others told
-- them too on the day they were last told. Any other may be whatever somebody typed, and goes. Of what was shown, nobody knows whether a browser asked.
create function leave_words(tenant text) returns void language plpgsql as $$
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
end $$;

-- Takes channels that go out of what was made of someone's views: sums of a channel become sums of none.
create function leave_channels(tenant text) returns void language plpgsql as $$
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

-- Which orders of someone's are theirs alone: all purchases that the shop told of it are, or, where it told none, all. These get new names.
-- From any other, which a browser may have named at random, what is theirs goes: under a name of its own (`claim`), and, where the shop told the
-- order better so that it counted nothing (`beaten`), without its product: else it would count now. The shop's word on a refund stays. A purchase
-- without an order is known by its event's id, which the shop and a browser may both have told. What stands apart makes no order anybody's.
create function leave_orders(tenant text) returns void language plpgsql as $$
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

-- Makes what someone did nameless: their events and what was shown to them keep the day, what happened to which product, where and for
-- how much; what pages read of their past is removed. How many rows, by table.
create function forget_past(s someone) returns jsonb language plpgsql as $$
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
end $$;

-- Whether nobody adds up the tenant's events until this transaction ends; false where somebody has been at it for long.
create function await_reckoning(tenant text) returns boolean language plpgsql set lock_timeout = '3s' as $$
begin
    perform pg_advisory_xact_lock(hashtextextended('endcap.reckoning.' || tenant, 0));
    return true;
exception when lock_not_available then
    return false;
end $$;

-- The same ahead of forgetting, while others write: only while nobody adds up the tenant's events. What that had read by the old names it would
-- write after them, where nothing finds it any more.
create function forget_ahead(s someone) returns jsonb language plpgsql as $$
begin
    return case when await_reckoning(s.tenant_id) then forget_past(s) else '{}' end;
end $$;

create function counted(done jsonb, name text, number bigint) returns jsonb language sql immutable as $$
    select case when number = 0 then done else done || jsonb_build_object(name, coalesce((done ->> name)::bigint, 0) + number) end
$$;

-- What someone said, as far as it is theirs.
create function said_by(s someone) returns setof preference language sql stable as $$
    select p.*
    from preference p
    where p.tenant_id = s.tenant_id and (
        p.owner = any (array(select 'u:' || u from unnest(s.users) as u))
        or p.owner = any (array(select 's:' || o from unnest(s.loose) as o))
        or p.owner = any (array(select 's:' || o from unnest(s.sessions) as o))
           and user_of(p.tenant_id, substr(p.owner, 3), null, p.said_at) = s.person_id)
$$;

-- Has someone forgotten: what they did, or (`whole`) everything; while nobody writes of the tenant's people, so that nothing which was
-- committed before the receipt is left. `done`: what was seen to before. `blocked`: whoever is named by an id of theirs, and theirs
-- alone, is not to be followed from now on.
create function forget(tenant text, kind text, value text, whole boolean, blocked boolean, actor text, done jsonb)
returns erasure_receipt language plpgsql as $$
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

-- Has whoever is named by an id be followed again, and by all ids that were blocked together with it; whether any was.
create function follow_again(tenant text, kind text, value text) returns boolean language plpgsql as $$
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

-- What other tables hold of someone, a row a row.
create function held_of(s someone, most int) returns table (name text, told jsonb) language plpgsql stable as $$
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
end $$;

create index event_order on event (tenant_id, order_id) where order_id is not null;

-- ---- what has been kept long enough ---------------------------------------------------------------------------------------------

-- Before which day each tenant's rows are gone.
create table retained (
    tenant_id text        primary key references tenant on delete cascade,
    until     date        not null,
    done_at   timestamptz not null default now()
);

-- The first day of which a tenant keeps anything.
create function kept_since(days int) returns date language sql stable parallel safe as $$
    select (now() at time zone 'UTC')::date - days
$$;

-- The partitions that hold a day each.
create function days_of_tables() returns table (parent text, child text, day date) language sql stable as $$
    select p.relname, c.relname, to_date(right(c.relname, 8), 'YYYYMMDD')
    from pg_inherits
    join pg_class p on p.oid = inhparent
    join pg_class c on c.oid = inhrelid
    where c.relnamespace = 'public'::regnamespace and c.relname ~ '_[0-9]{8}$'
$$;

-- What grows old: by which column, and which rows of it only. What hangs on a session goes with it.
create function things_that_age() returns table (name text, moment text, only_if text) language sql stable as $$
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
$$;

-- Removes a tenant's rows of a table from before a day, `most` at most; how many that were.
create function expire_rows(tenant text, name text, moment text, only_if text, before date, most int) returns bigint
language plpgsql as $$
declare
    number bigint;
begin
    execute format('delete from %I where ctid = any (array(
                        select t.ctid from %1$I t where t.tenant_id = $1 and t.%I < $2 and (%s) limit $3))', name, moment, only_if)
        using tenant, case when moment = 'day' then before else (before::timestamp at time zone 'UTC') end, most;
    get diagnostics number = row_count;
    return number;
end $$;

-- Drops a day's partition, and says whether it did; who writes elsewhere in the table waits a third of a second at most. Whether nobody
-- keeps the day is looked at once nobody can write to it: a tenant that has come to keep it longer may have been told something of it.
create function drop_day(child text) returns boolean language plpgsql set lock_timeout = '300ms' as $$
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
