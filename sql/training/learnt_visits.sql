-- What baselines learn of visits: the products of each, in the order they were last looked at, the newest visits first.
with learnt as (
    select visit, cut, product, max(place) as place, max(moment) as moment
    from event
    where moment < $before
    group by all
), dated as (
    select *, max(moment) over (partition by visit, cut) as ended from learnt
)
select dense_rank() over (order by ended desc, visit, cut) - 1 as visit, product
from dated
order by ended desc, visit, cut, place desc
limit $most
