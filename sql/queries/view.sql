-- name: insert_views(tenant_ids, view_ids, served_at, market_ids, locales, channels, session_ids, user_ids, visitor_ids, release_ids, pages, lists, previews, latencies)!
-- Many served views at once; one that is already there stays as it is, and one of someone who was forgotten meanwhile is not kept.
insert into served_view (tenant_id, view_id, served_at, market_id, locale, channel, session_id, user_id, visitor_id,
                         release_id, page, lists, preview, latency_ms)
select tenant_id, view_id, served_at, market_id, locale, channel, session_id, user_id, visitor_id, release_id, page::jsonb, list::jsonb,
       preview, latency_ms
from unnest(:tenant_ids::text[], :view_ids::uuid[], :served_at::timestamptz[], :market_ids::text[], :locales::text[],
            :channels::text[], :session_ids::text[], :user_ids::text[], :visitor_ids::text[], :release_ids::text[],
            :pages::text[], :lists::text[], :previews::boolean[], :latencies::int[])
  as v (tenant_id, view_id, served_at, market_id, locale, channel, session_id, user_id, visitor_id, release_id, page, list, preview,
        latency_ms)
where not is_forgotten(tenant_id, session_id, user_id, visitor_id, served_at)
on conflict do nothing;

-- name: read_view(tenant_id, view_id, served_at)
select tenant_id, view_id, served_at, market_id, locale, channel, session_id, user_id, visitor_id, release_id, page, lists, preview,
       latency_ms
from served_view
where tenant_id = :tenant_id and view_id = :view_id and served_at = :served_at;
