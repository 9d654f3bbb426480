-- What a key is for: production, or trying things out on production's data; and when each key was used last.
alter table api_key add column environment text not null default 'PRODUCTION' check (environment in ('PRODUCTION', 'INTEGRATION'));

-- Apart from the keys: a use is no change that servers need to hear of.
create table api_key_use (
    tenant_id text        not null,
    key_id    uuid        not null,
    used_at   timestamptz not null,
    primary key (tenant_id, key_id),
    foreign key (tenant_id, key_id) references api_key on delete cascade
);
