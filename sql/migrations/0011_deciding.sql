-- What reports on decisions: whether a rule's match finds anything at all; and answers to previews, which are nobody's visits.
create function finds_any(tenant text, test product_filter) returns boolean language plpgsql stable as $$
declare
    found boolean;
begin
    execute 'select exists (select from product_market m join product p using (tenant_id, product_id)
                            where m.tenant_id = $1 and is_visible(p) and matches_filter(p, m, $2))'
    into found using tenant, test;
    return found;
end $$;

alter table served_view add column preview boolean not null default false;
