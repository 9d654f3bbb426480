-- name: wins(tenant_id, experiment_id, phase, placements, unit, since)
-- How many units clicked more of what the one side picked, more of the other's, and as much of both: a product that was shown counts once.
-- Bots and previews are no touches; a view that is kept no longer is not counted.
with clicked as (
    select case :unit when 'SESSION' then v.session_id when 'VISITOR' then v.visitor_id else coalesce(v.user_id, t.user_id) end as unit,
           list -> 'pair' -> 'teams' ->> (position_of(t.recommendation_id) - 1) as team
    from touch t
    join served_view v on v.tenant_id = t.tenant_id and v.view_id = view_of(t.recommendation_id) and v.served_at = t.served_at
    cross join lateral (values (v.lists -> (list_of(t.recommendation_id) - 1))) as named (list)
    where t.tenant_id = :tenant_id and t.kind = 'click' and t.known and t.served_at >= :since and t.placement_id = any (:placements::text[])
      and (list -> 'pair' ->> 'id')::int = :experiment_id and (list -> 'pair' ->> 'phase')::int = :phase
), by_unit as (
    select count(*) filter (where team = 'A') as a, count(*) filter (where team = 'B') as b
    from clicked
    where unit is not null and team is not null
    group by unit
)
select count(*) filter (where a > b) as a, count(*) filter (where b > a) as b, count(*) filter (where a = b) as ties from by_unit;
