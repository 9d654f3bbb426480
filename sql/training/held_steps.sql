-- A sample of the visits with two products or more that began at a moment or after it, step by step.
with begun as (
    select visit, cut from event group by visit, cut having min(moment) >= $before and count(distinct product) >= 2
), chosen as (
    select visit, cut from begun order by hash(visit, cut), visit, cut limit $sample
)
select visit, cut, product, weight, bought, coalesce(market_id, '') as market_id
from event
join chosen using (visit, cut)
order by visit, cut, place
