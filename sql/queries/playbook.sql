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

-- name: changes_since(tenant_id, version)
-- What was decided after an entry of the audit log, newest first: what was there before, and what came of it.
select split_part(action, '.', 1) as part, before, after
from audit_log
where tenant_id = :tenant_id and audit_id > :version and split_part(action, '.', 1) in ('placement', 'rule')
order by audit_id desc;

-- name: lock(tenant_id)
-- Decisions of one tenant are changed one after the other; other writers of the tenant go on.
select tenant_id from tenant where tenant_id = :tenant_id for no key update;

-- name: read_placements(tenant_id, placement_id)
-- All placements as they are kept, drafts among them, or those of one id.
select to_jsonb(p) - 'tenant_id' as row
from placement p
where tenant_id = :tenant_id and (:placement_id::text is null or placement_id = :placement_id::text)
order by placement_id, status;

-- name: read_rules(tenant_id, rule_id)
-- All rules as they are kept, drafts among them, or those of one id.
select to_jsonb(r) - 'tenant_id' as row
from rule r
where tenant_id = :tenant_id and (:rule_id::uuid is null or rule_id = :rule_id::uuid)
order by priority desc, rule_id, status;

-- name: newest_version(tenant_id, word, object)
-- The highest version that a placement or a rule ever had; null where no change of it is kept.
select max(greatest((before ->> 'version')::int, (after ->> 'version')::int)) as version
from audit_log
where tenant_id = :tenant_id and object = :object and split_part(action, '.', 1) = :word;

-- name: count_decisions(tenant_id)
select (select count(distinct placement_id) from placement where tenant_id = :tenant_id) as placements,
       (select count(distinct rule_id) from rule where tenant_id = :tenant_id) as rules;

-- name: save_placement(tenant_id, placement_id, status, version, actor, strategies, count, messages, fallback, require_available, deadline_ms, diversity, rotation, parameters)
-- The placement as it is kept now.
insert into placement as p (tenant_id, placement_id, status, version, updated_by, updated_at, strategies, count, messages, fallback,
                            require_available, deadline_ms, diversity, rotation, parameters)
values (:tenant_id, :placement_id, :status, :version, :actor, clock_timestamp(), :strategies, :count, :messages, :fallback,
        :require_available, :deadline_ms, :diversity, :rotation, :parameters)
on conflict (tenant_id, placement_id, status) do update
set version = excluded.version, updated_by = excluded.updated_by, updated_at = excluded.updated_at, strategies = excluded.strategies,
    count = excluded.count, messages = excluded.messages, fallback = excluded.fallback,
    require_available = excluded.require_available, deadline_ms = excluded.deadline_ms, diversity = excluded.diversity,
    rotation = excluded.rotation, parameters = excluded.parameters
returning to_jsonb(p) - 'tenant_id' as row;

-- name: save_rule(tenant_id, rule_id, status, version, actor, kind, placement_id, priority, conditions, match, slot, weight, cap, starts_at, ends_at, time_zone)
-- The rule as it is kept now.
insert into rule as r (tenant_id, rule_id, status, version, updated_by, updated_at, kind, placement_id, priority, conditions, match,
                       slot, weight, cap, starts_at, ends_at, time_zone)
values (:tenant_id, :rule_id, :status, :version, :actor, clock_timestamp(), :kind, :placement_id, :priority, :conditions, :match,
        :slot, :weight, :cap, :starts_at, :ends_at, :time_zone)
on conflict (tenant_id, rule_id, status) do update
set version = excluded.version, updated_by = excluded.updated_by, updated_at = excluded.updated_at, kind = excluded.kind,
    placement_id = excluded.placement_id, priority = excluded.priority, conditions = excluded.conditions, match = excluded.match,
    slot = excluded.slot, weight = excluded.weight, cap = excluded.cap, starts_at = excluded.starts_at, ends_at = excluded.ends_at,
    time_zone = excluded.time_zone
returning to_jsonb(r) - 'tenant_id' as row;

-- name: delete_placement(tenant_id, placement_id, status)!
delete from placement where tenant_id = :tenant_id and placement_id = :placement_id and status = :status;

-- name: delete_rule(tenant_id, rule_id, status)!
delete from rule where tenant_id = :tenant_id and rule_id = :rule_id and status = :status;

-- name: insert_audit(tenant_id, actor, action, object, before, after)!
insert into audit_log (tenant_id, happened_at, actor, action, object, before, after)
values (:tenant_id, clock_timestamp(), :actor, :action, :object, :before, :after);

-- name: read_audit(tenant_id, before, first)
-- The newest entries, or those before a number.
select audit_id, happened_at, actor, action, object, before, after
from audit_log
where tenant_id = :tenant_id and (:before::bigint is null or audit_id < :before::bigint)
order by audit_id desc
limit :first;

-- name: look_around(tenant_id, product_ids, brands, attributes, tests, searched)
-- What the catalog has of that which rules speak of: these brands, attributes of these names, anything that passes the tests `searched`, and these
-- products as each market has them, with the numbers of the tests that they pass.
with test as materialized (
    select (number - 1)::int as number, jsonb_populate_record(null::product_filter, told) as filter
    from jsonb_array_elements(:tests::jsonb) with ordinality as tests (told, number)
)
select 'brand' as part, brand as name, null::text as market_id, null::boolean as visible, null::boolean as available,
       null::int[] as passed
from unnest(:brands::text[]) as brand
where exists (select from product where tenant_id = :tenant_id and product.brand = brand.brand)
union all
select 'attribute', attribute, null, null, null, null
from unnest(:attributes::text[]) as attribute
where exists (select from product where tenant_id = :tenant_id and attributes ? attribute)
union all
select 'test', test.number::text, null, null, null, null
from test
where test.number = any (:searched::int[]) and finds_any(:tenant_id, test.filter)
union all
select 'product', p.product_id, m.market_id, is_visible(p), coalesce(m.available, false),
       array(select test.number from test where matches_filter(p, m, test.filter))
from product p
left join product_market m using (tenant_id, product_id)
where p.tenant_id = :tenant_id and p.product_id = any (:product_ids::text[]);
