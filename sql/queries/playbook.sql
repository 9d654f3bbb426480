-- name: read_playbook(tenant_id)
-- Everything that is decided, as of one moment: placements and rules, drafts among them, and the last entry of the audit log.
select 'placement' as part, to_jsonb(p) - 'tenant_id' as row from placement p where tenant_id = :tenant_id
union all
select 'rule', to_jsonb(r) - 'tenant_id' from rule r where tenant_id = :tenant_id
union all
select 'version', to_jsonb(coalesce(max(audit_id), 0)) from audit_log where tenant_id = :tenant_id;

-- name: insert_placement(tenant_id, placement_id, strategies, count, messages, fallback, require_available, deadline_ms, diversity, rotation, parameters)!
-- A placement that every tenant starts with; one that is there stays as it is.
insert into placement (tenant_id, placement_id, strategies, count, messages, fallback, require_available, deadline_ms, diversity,
                       rotation, parameters)
values (:tenant_id, :placement_id, :strategies, :count, :messages, :fallback, :require_available, :deadline_ms, :diversity,
        :rotation, :parameters)
on conflict do nothing;
