-- A sample of the orders that were made at a moment or after it, with at least `least` products of the learnt catalog.
with line as (
    select distinct coalesce('o:' || order_id, concat_ws(':', 'v', visit, cut)) as basket, product,
           min(moment) over (partition by coalesce('o:' || order_id, concat_ws(':', 'v', visit, cut))) as made,
           coalesce(market_id, '') as market_id
    from event
    where bought
), chosen as (
    select basket
    from line
    where made >= $before
    group by basket
    having count(distinct product) between $least and 100
    order by hash(basket), basket
    limit $sample
)
select basket, product, min(market_id) as market_id from line join chosen using (basket) group by all order by basket, product
