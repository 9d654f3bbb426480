-- name: has_ledger()
select to_regclass('schema_migration') is not null;

-- name: read_applied()
select version, checksum from schema_migration order by version;

-- name: record(version, checksum)!
insert into schema_migration (version, checksum) values (:version, :checksum);
