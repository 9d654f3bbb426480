-- name: welcome_staged(feed)
-- The staged products are listed, by this feed where it has a name: those hidden since a feed listed them no more are back, unless their
-- own row hides them.
with listed as (
    select distinct tenant_id, market_id, product_id from staged_offer
), named as (
    insert into fed_product as f (tenant_id, market_id, product_id, feed)
    select tenant_id, market_id, product_id, :feed::text from listed where :feed::text is not null
    order by tenant_id, market_id, product_id
    on conflict (tenant_id, market_id, product_id) do update set feed = excluded.feed, withdrawn_at = null
    where f.feed is distinct from excluded.feed or f.withdrawn_at is not null
), unnamed as (
    update fed_product f set withdrawn_at = null
    from listed
    where :feed::text is null and f.withdrawn_at is not null
      and (f.tenant_id, f.market_id, f.product_id) = (listed.tenant_id, listed.market_id, listed.product_id)
)
update product p set hidden = false, hidden_by = null, updated_at = now()
from (select distinct tenant_id, product_id from listed) as there
where p.hidden_by not like 'row of %' and (p.tenant_id, p.product_id) = (there.tenant_id, there.product_id)
returning p.product_id;

-- name: stage_listing()
-- Makes the session's table of what a full feed lists; COPY fills it.
select stage_listing();

-- name: read_listed_markets()
select distinct market_id from listed_product order by market_id;

-- name: count_supplied(tenant_id, market_id, feed)
-- How many products of the market came from this feed (null: from files imported by hand) and are shown; and when that was.
select count(*) as products, clock_timestamp() as at
from product_market m
join product p using (tenant_id, product_id)
left join fed_product f using (tenant_id, market_id, product_id)
where m.tenant_id = :tenant_id and m.market_id = :market_id and f.feed is not distinct from :feed::text and f.withdrawn_at is null
  and not p.hidden;

-- name: read_missing(tenant_id, market_id, feed, until)
-- How many of these the listing no longer has, and the first of them by id. What came after it was begun, it cannot have listed.
select count(*) as products, (array_agg(m.product_id order by m.product_id))[1:(20)] as examples
from product_market m
join product p using (tenant_id, product_id)
left join fed_product f using (tenant_id, market_id, product_id)
where m.tenant_id = :tenant_id and m.market_id = :market_id and f.feed is not distinct from :feed::text and f.withdrawn_at is null
  and not p.hidden and m.first_seen < :until
  and not exists (select from listed_product l where l.market_id = m.market_id and l.product_id = m.product_id);

-- name: lock_missing(tenant_id, market_id, feed, until)
-- Whoever writes products locks them by id: so do those that are about to be hidden.
select from product p
where p.tenant_id = :tenant_id
  and exists (select from product_market m left join fed_product f using (tenant_id, market_id, product_id)
              where m.tenant_id = p.tenant_id and m.market_id = :market_id and m.product_id = p.product_id
                and f.feed is not distinct from :feed::text and f.withdrawn_at is null and m.first_seen < :until)
  and not exists (select from listed_product l where l.market_id = :market_id and l.product_id = p.product_id)
order by p.product_id
for no key update;

-- name: withdraw_missing(tenant_id, market_id, feed, until)!
-- Takes off the market's shelves what the listing no longer has: sold out there, and hidden where no other market sells it. What the
-- shop itself has hidden is only marked.
with missing as (
    select m.product_id
    from product_market m
    left join fed_product f using (tenant_id, market_id, product_id)
    where m.tenant_id = :tenant_id and m.market_id = :market_id and f.feed is not distinct from :feed::text and f.withdrawn_at is null
      and m.first_seen < :until
      and not exists (select from listed_product l where l.market_id = m.market_id and l.product_id = m.product_id)
    order by m.product_id
), marked as (
    insert into fed_product (tenant_id, market_id, product_id, feed, withdrawn_at)
    select :tenant_id, :market_id, product_id, :feed::text, now() from missing
    on conflict (tenant_id, market_id, product_id) do update set withdrawn_at = excluded.withdrawn_at
), sold_out as (
    update product_market m set available = false
    from missing
    where m.tenant_id = :tenant_id and m.market_id = :market_id and m.product_id = missing.product_id and m.available
)
update product p set hidden = true, hidden_by = coalesce(:feed::text, 'import'), updated_at = now()
from missing
where p.tenant_id = :tenant_id and p.product_id = missing.product_id and not p.hidden
  and not exists (
    select from product_market other
    left join fed_product f using (tenant_id, market_id, product_id)
    where other.tenant_id = p.tenant_id and other.product_id = p.product_id and other.market_id <> :market_id and f.withdrawn_at is null);

-- name: compare_products()
-- What the staged products would change: those that are new or differ, with the values of then and of now.
with told as materialized (
    select distinct on (tenant_id, product_id) * from staged_product order by tenant_id, product_id, number desc
), wanted as (
    select told.tenant_id, told.product_id, told.group_id, told.sku, told.title, told.description, told.brand, told.genre,
           told.item_type, told.category_ids, told.image_urls, told.page_url, told.rating, told.review_count, told.attributes,
           case when p.hidden and p.hidden_by is null then true
                when told.hidden is null and p.hidden_by not like 'row of %' then false
                else coalesce(told.hidden, p.hidden, false) end as hidden,
           told.valid_from, told.valid_to, p.product_id is null as added,
           told.hidden and p.hidden_by not like 'row of %' as takes_over
    from told left join product p using (tenant_id, product_id)
)
select w.product_id, w.added, coalesce(differing.fields, '{}') as differences
from wanted w
left join product p using (tenant_id, product_id)
left join lateral (
    select jsonb_object_agg(key, jsonb_build_array(was.value, new.value)) as fields
    from jsonb_each(to_jsonb(w) - '{tenant_id,product_id,added,takes_over}'::text[]) as new
    join jsonb_each(to_jsonb(p) - '{search_text,attribute_pairs}'::text[]) as was using (key)
    where was.value is distinct from new.value
) as differing on true
where w.added or w.takes_over
   or (p.group_id, p.sku, p.title, p.description, p.brand, p.genre, p.item_type, p.category_ids, p.image_urls, p.page_url, p.rating,
       p.review_count, p.attributes, p.hidden, p.valid_from, p.valid_to)
      is distinct from
      (w.group_id, w.sku, w.title, w.description, w.brand, w.genre, w.item_type, w.category_ids, w.image_urls, w.page_url, w.rating,
       w.review_count, w.attributes, w.hidden, w.valid_from, w.valid_to);

-- name: compare_offers()
-- The same of the staged prices and stocks; a market's own unit that is not named stays.
with told as materialized (
    select distinct on (tenant_id, market_id, product_id)
           s.tenant_id, s.market_id, s.product_id, s.price_minor, s.sale_price_minor, s.available, s.quantity, s.title, s.page_url,
           coalesce(s.sku, m.sku) as sku
    from staged_offer s
    left join product_market m using (tenant_id, market_id, product_id)
    order by tenant_id, market_id, product_id, s.number desc
)
select told.product_id, m.product_id is null as added, coalesce(differing.fields, '{}') as differences, market.currency
from told
join market using (tenant_id, market_id)
left join product_market m using (tenant_id, market_id, product_id)
left join lateral (
    select jsonb_object_agg(key, jsonb_build_array(was.value, new.value)) as fields
    from jsonb_each(to_jsonb(told) - '{tenant_id,market_id,product_id}'::text[]) as new
    join jsonb_each(to_jsonb(m)) as was using (key)
    where was.value is distinct from new.value
) as differing on true
where (m.product_id, m.price_minor, m.sale_price_minor, m.available, m.quantity, m.title, m.page_url, m.sku)
      is distinct from
      (told.product_id, told.price_minor, told.sale_price_minor, told.available, told.quantity, told.title, told.page_url, told.sku);

-- name: compare_regions()
-- The staged products of which a region would say something else.
select distinct told.product_id
from (select distinct on (tenant_id, market_id, region, product_id) * from staged_region
      order by tenant_id, market_id, region, product_id, number desc) as told
left join product_region r using (tenant_id, market_id, region, product_id)
where (r.product_id, r.price_minor, r.sale_price_minor, r.available, r.quantity, r.page_url, r.price_description)
      is distinct from
      (told.product_id, told.price_minor, told.sale_price_minor, told.available, told.quantity, told.page_url, told.price_description);

-- name: compare_wordings()
-- The staged products of which a language would say something else.
select distinct told.product_id
from (select distinct on (tenant_id, locale, product_id) * from staged_wording
      order by tenant_id, locale, product_id, number desc) as told
left join product_locale l using (tenant_id, locale, product_id)
where (l.product_id, l.title, l.description, l.page_url)
      is distinct from (told.product_id, told.title, told.description, told.page_url);

-- name: compare_categories(tenant_id, ids, names, parents)
-- How many of these categories are new or differ.
select count(*) as categories
from unnest(:ids::text[], :names::text[], :parents::text[]) as told (category_id, name, parent_id)
where not exists (
    select from category c
    where c.tenant_id = :tenant_id and c.category_id = told.category_id
      and (c.name, c.parent_id) is not distinct from (told.name, told.parent_id));

-- name: put_feed(tenant_id, name, place, market_id, every_minutes, is_full, max_hidden, columns, encoding, member, secrets)!
-- A feed under its name, new or as it is from now on; what was remembered of its last reading is forgotten.
insert into feed (tenant_id, name, place, market_id, every_minutes, is_full, max_hidden, columns, encoding, member, secrets)
values (:tenant_id, :name, :place, :market_id, :every_minutes, :is_full, :max_hidden, :columns, :encoding, :member, :secrets)
on conflict (tenant_id, name) do update
set (place, market_id, every_minutes, is_full, max_hidden, columns, encoding, member, secrets, paused, seen, read_at)
  = (excluded.place, excluded.market_id, excluded.every_minutes, excluded.is_full, excluded.max_hidden, excluded.columns,
     excluded.encoding, excluded.member, excluded.secrets, false, '{}', null);

-- name: remove_feed(tenant_id, name)
-- Takes a feed away; its products and what its runs did stay, as though imported by hand.
with gone as (
    delete from feed where tenant_id = :tenant_id and name = :name returning name
), orphaned as (
    update fed_product f set feed = null from gone where f.tenant_id = :tenant_id and f.feed = gone.name
)
select name from gone;

-- name: pause_feed(tenant_id, name, paused)
update feed set paused = :paused where tenant_id = :tenant_id and name = :name returning name;

-- name: read_feeds(tenant_id, idle)
-- The tenant's feeds by name, each with its last run; every tenant's where null. Where the last had nothing to read it is the one that
-- read last, and `unchanged_at` says when nothing had changed since.
select f.*, last.unchanged_at, last.run_id, last.started_at, last.finished_at, last.rows, last.added, last.changed, last.unchanged, last.hidden, last.refused,
       last.error, last.notes, last.refusals
from feed f
left join lateral (
    select * from feed_run r where r.tenant_id = f.tenant_id and r.feed = f.name order by run_id desc limit 1
) as newest on true
left join lateral (
    select r.*, case when r.run_id < newest.run_id then newest.started_at end as unchanged_at
    from feed_run r
    where r.tenant_id = f.tenant_id and r.feed = f.name
      and (r.run_id = newest.run_id or newest.notes = :idle::jsonb and (r.rows > 0 or r.error is null))
    order by r.notes = :idle::jsonb, r.run_id desc
    limit 1
) as last on true
where :tenant_id::text is null or f.tenant_id = :tenant_id::text
order by f.tenant_id, f.name;

-- name: read_due()
-- The feeds whose time has come, the longest wait first: so long after their last run began, whether or not it failed.
select f.tenant_id, f.name
from feed f
left join lateral (
    select max(started_at) as began_at from feed_run r where r.tenant_id = f.tenant_id and r.feed = f.name
) as last on true
where f.every_minutes is not null and not f.paused
  and (last.began_at is null or last.began_at <= now() - make_interval(mins => f.every_minutes))
order by last.began_at nulls first, f.tenant_id, f.name;

-- name: end_killed()!
-- Runs that never ended: whoever holds the lock knows that nobody is at work on them.
update feed_run set finished_at = now(), error = 'was killed before it was done; what it had written by then stays' where finished_at is null;

-- name: begin_run(tenant_id, feed)
-- A run that begins now; of each feed the last hundred are kept.
with old as (
    delete from feed_run r
    using (select run_id from feed_run where tenant_id = :tenant_id and feed = :feed order by run_id desc offset 99) as past
    where r.run_id = past.run_id
)
insert into feed_run (tenant_id, feed) values (:tenant_id, :feed) returning run_id;

-- name: end_run(run_id, rows, added, changed, unchanged, hidden, refused, error, notes, refusals)!
update feed_run
set (finished_at, rows, added, changed, unchanged, hidden, refused, error, notes, refusals)
  = (now(), :rows, :added, :changed, :unchanged, :hidden, :refused, :error, :notes, :refusals)
where run_id = :run_id;

-- name: forget_idle_runs(run_id, idle)!
-- Of runs that had nothing to read only the last is kept.
delete from feed_run r
using feed_run this
where this.run_id = :run_id and this.notes = :idle and r.tenant_id = this.tenant_id and r.feed = this.feed and r.run_id < this.run_id
  and r.notes = :idle;

-- name: note_reading(tenant_id, name, seen)!
-- The feed was read whole; `seen` is what its server said of this version.
update feed set seen = :seen, read_at = now() where tenant_id = :tenant_id and name = :name;

-- name: read_runs(tenant_id, first)
-- What the tenant's feeds did, newest first.
select * from feed_run where tenant_id = :tenant_id order by run_id desc limit :first;
