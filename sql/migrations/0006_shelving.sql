-- Where a batch of a catalog waits inside its own transaction, to be compared with what is there.
create function stage_catalog() returns void language plpgsql as $$
begin
    if to_regclass('pg_temp.staged_product') is null then
        create temp table staged_product (
            number int not null, like product
        ) on commit delete rows;
        alter table staged_product drop column search_text, drop column attribute_pairs, drop column created_at, drop column updated_at;
        create temp table staged_offer (number int not null, like product_market) on commit delete rows;
        alter table staged_offer drop column first_seen;
        create temp table staged_wording (number int not null, like product_locale) on commit delete rows;
    end if;
end $$;
