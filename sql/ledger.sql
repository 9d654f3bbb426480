-- Which migrations a database has had; made before the first one is applied.
create table if not exists schema_migration (
    version    text        primary key,
    checksum   text        not null,
    applied_at timestamptz not null default now()
);
