-- What each product is, in row order: its own category as a number (-1: none), its price where the reference market sells it.
with reference as (
    select mode(market_id) as market_id from product
), leaf as (
    select category_id, dense_rank() over (order by category_id) - 1 as number
    from (select distinct category_ids[1] as category_id from product where len(category_ids) > 0)
)
select coalesce(leaf.number, -1)::integer as leaf,
       (case when product.market_id = reference.market_id then coalesce(product.price, 0) else 0 end)::double as price,
       coalesce(showable, false) as showable, coalesce(visits, 0) as visits, coalesce(orders, 0) as orders
from product
cross join reference
left join leaf on leaf.category_id = product.category_ids[1]
left join seen on seen.product = product.row
order by product.row
