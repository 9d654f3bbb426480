-- The co-visitation graph: pairs at most ten steps apart in one visit weigh 1/distance, by what both events tell and how old they
-- are; a target is damped by its popularity (visits^0.2). `pull` is the raw weight, `degree` the sum of the seed's. Both directions.
with step as (
    select visit, cut, place, product, sqrt(weight) * exp(-age / 120) as strength from event where not withheld
), ahead as (
    select *, unnest(range(1, 11)) as distance from step
), pair as (
    select least(a.product, b.product) as i, greatest(a.product, b.product) as j, sum(a.strength * b.strength / a.distance) as pull
    from ahead a
    join step b on b.visit = a.visit and b.place = a.place + a.distance
    where b.cut = a.cut and b.product <> a.product
    group by all
), link as (
    select i, j, pull from pair
    union all
    select j, i, pull from pair
), popularity as (
    select product, count(distinct (visit, cut)) as visits from event group by product
), scored as (
    select i, j, pull, pull / pow(visits, 0.2) as score from link join popularity on product = j
)
select i, j, pull::float as pull, score::float as score, (sum(pull) over (partition by i))::float as degree
from scored
qualify row_number() over (partition by i order by score desc, j) <= 200
order by i, score desc, j
