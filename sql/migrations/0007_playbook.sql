-- Decisions have drafts beside what is in force, and every change of one is kept with who made it and what was there before.
alter table placement
    add column diversity double precision not null default 1 check (diversity between 0 and 1),
    add column rotation boolean not null default false;
alter table placement drop constraint placement_pkey;
alter table placement add primary key (tenant_id, placement_id, status);

alter table rule drop constraint rule_pkey;
alter table rule add primary key (tenant_id, rule_id, status);

create table audit_log (
    tenant_id  text        not null references tenant on delete cascade,
    audit_id   bigint      generated always as identity,
    happened_at timestamptz not null default now(),
    actor      text        not null,                     -- the key's name, or the command line
    action     text        not null,                     -- what was done, as in rule.upsert
    object     text        not null,                     -- to what, by its id
    before     jsonb,
    after      jsonb,
    primary key (tenant_id, audit_id)
);
create index audit_log_object on audit_log (tenant_id, object, audit_id);
select watch_table('audit_log');

-- Signs the cursors that clients carry.
alter table tenant add column cursor_secret text not null default replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', '');
