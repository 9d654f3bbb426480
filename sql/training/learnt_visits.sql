-- What baselines learn of visits: the products of each, in the order they were last looked at, the newest visits first.
with learnt as (
    select visit, cut, product, max(place) as place, min(age) as age
    from event
    where age >= $days
    group by all
), ended as (
    select *, min(age) over (partition by visit, cut) as since from learnt
)
select dense_rank() over (order by since, visit, cut) - 1 as visit, product
from ended
order by since, visit, cut, place desc
limit $most
