-- Where a batch of a catalog waits inside its own transaction, to be compared with what is there: the columns a feed tells.
create function stage_catalog() returns void language plpgsql as $$
begin
    if to_regclass('pg_temp.staged_product') is null then
        create temp table staged_product on commit delete rows as
            select 0 as number, tenant_id, product_id, group_id, sku, title, description, brand, genre, item_type, category_ids,
                   image_urls, page_url, rating, review_count, attributes, hidden, valid_from, valid_to
            from product with no data;
        create temp table staged_offer on commit delete rows as
            select 0 as number, tenant_id, market_id, product_id, price_minor, sale_price_minor, available, quantity, title, page_url
            from product_market with no data;
        create temp table staged_wording on commit delete rows as
            select 0 as number, tenant_id, locale, product_id, title, description, page_url
            from product_locale with no data;
    end if;
end $$;
