-- What baselines learn of orders: the products of each, the newest first.
with line as (
    select coalesce('o:' || order_id, concat_ws(':', 'v', visit, cut)) as basket, product, min(age) as age
    from event
    where bought and age >= $days
    group by all
), sized as (
    select *, min(age) over (partition by basket) as since, count(*) over (partition by basket) as size from line
)
select dense_rank() over (order by since, basket) - 1 as basket, product
from sized
where size <= 100
order by since, basket, product
limit $most
