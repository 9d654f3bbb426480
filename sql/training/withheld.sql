-- The newest visits of which the last new product was withheld: the products before it in the order they were first seen.
with seen as (
    select visit, cut, product, bool_or(withheld) as withheld, min(place) as place, min(moment) as moment
    from event
    where (visit, cut) in (select distinct (visit, cut) from event where withheld)
    group by all
)
select list(product_id order by place) filter (not withheld) as prefix, max(product_id) filter (withheld) as target,
       max(moment) filter (withheld) as moment
from seen join product on product.row = seen.product
group by visit, cut
order by moment desc, target
limit $kept
