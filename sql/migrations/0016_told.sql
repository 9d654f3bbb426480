-- What is told of a product, and whether a visitor wants to see it: said once, and written by PostgreSQL into every query that asks.

-- A product in the words of the language, then of the market, then its own.
create function told(p product, m product_market, l product_locale)
returns table (product_id text, group_id text, sku text, title text, description text, brand text, genre text, item_type text,
               category_ids text[], price_minor bigint, sale_price_minor bigint, available boolean, quantity int, image_urls text[],
               page_url text, rating real, review_count int, attributes jsonb)
language sql immutable parallel safe as $$
    select p.product_id, p.group_id, p.sku, coalesce(l.title, m.title, p.title), coalesce(l.description, p.description), p.brand,
           p.genre, p.item_type, p.category_ids, m.price_minor, m.sale_price_minor, m.available, m.quantity, p.image_urls,
           coalesce(l.page_url, m.page_url, p.page_url), p.rating, p.review_count, p.attributes
$$;

-- Whether a product is none of those that the visitor wants never to see, nor of those brands, nor in those categories; null is none.
create function is_welcome(product_id text, brand text, category_ids text[], products text[], brands text[], categories text[])
returns boolean language sql immutable parallel safe as $$
    select not coalesce(product_id = any (products), false) and not coalesce(brand = any (brands), false)
       and not coalesce(category_ids && categories, false)
$$;
