-- What the night shift goes by: of which days the events have changed since it last looked, when it last tried, what served when.
create table event_day (
    tenant_id text   not null references tenant on delete cascade,
    day       date   not null,
    version   bigint not null,                           -- moves with every batch that adds, changes or takes away events of the day
    events    bigint not null,                           -- about as many: for dividing work
    primary key (tenant_id, day)
);

-- A batch leaves a mark a day, in its own transaction; marks are added up by whoever looks. Counting in event_day itself would make all
-- writers wait for each other.
create table event_mark (
    tenant_id text   not null,
    day       date   not null,
    events    bigint not null
);

create function mark_event_days() returns trigger language plpgsql as $$
begin
    insert into event_mark (tenant_id, day, events)
    select tenant_id, (happened_at at time zone 'UTC')::date, count(*) from changed_rows group by 1, 2;
    return null;
end $$;

create trigger mark_on_insert after insert on event referencing new table as changed_rows
    for each statement execute function mark_event_days();
create trigger mark_on_delete after delete on event referencing old table as changed_rows
    for each statement execute function mark_event_days();
create trigger mark_on_update after update on event referencing new table as changed_rows
    for each statement execute function mark_event_days();

insert into event_day (tenant_id, day, version, events)
select tenant_id, to_date(right(child.relname, 8), 'YYYYMMDD'), 1, greatest(child.reltuples, 0)::bigint
from pg_inherits join pg_class child on child.oid = inhrelid cross join tenant
where inhparent = 'event'::regclass;

-- The last try of each tenant: what there was to learn from then, null where it failed.
create table training (
    tenant_id text        primary key references tenant on delete cascade,
    began_at  timestamptz not null,
    state     text
);

-- When a release served last: answers from it can be looked into for a week more.
alter table release add column retired_at timestamptz;
