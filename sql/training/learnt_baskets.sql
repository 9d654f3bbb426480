-- What baselines learn of orders: the products of each, the newest first.
with line as (
    select coalesce('o:' || order_id, concat_ws(':', 'v', visit, cut)) as basket, product, max(moment) as moment
    from event
    where bought and moment < $before
    group by all
), sized as (
    select *, max(moment) over (partition by basket) as made, count(*) over (partition by basket) as size from line
)
select dense_rank() over (order by made desc, basket) - 1 as basket, product
from sized
where size <= 100
order by made desc, basket, product
limit $most
