-- What is bought after a look: from each step of a visit to the purchases at most ten steps later, 1/distance, weighed, aged and damped
-- (by orders^0.2 of the target) as in the view graph.
with step as (
    select visit, cut, place, product, bought, sqrt(weight) * exp(-age / 120) as strength from event where not withheld
), ahead as (
    select *, unnest(range(1, 11)) as distance from step where not bought
), pair as (
    select a.product as i, b.product as j, sum(a.strength * b.strength / a.distance) as pull
    from ahead a
    join step b on b.visit = a.visit and b.place = a.place + a.distance
    where b.cut = a.cut and b.bought and b.product <> a.product
    group by all
), popularity as (
    select product, count(*) as orders from event where bought group by product
), scored as (
    select i, j, pull / pow(orders, 0.2) as score from pair join popularity on product = j
)
select i, j, score::float as score
from scored
qualify row_number() over (partition by i order by score desc, j) <= 200
order by i, score desc, j
