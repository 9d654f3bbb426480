-- Bestsellers: Σ weight·e^(−age/14 d), the first 200 of every chart.
select market_id, kind, name, product, selling::float as score
from counted
where selling > 0
qualify row_number() over (partition by market_id, kind, name order by selling desc, product) <= 200
order by market_id, kind, name, score desc, product
