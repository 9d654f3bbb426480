-- Trending: (n₇ + 3)/(n₂₈/4 + 3) · √n₇, the first 200 of every chart.
with rising as (
    select market_id, kind, name, product, (week + 3) / (month / 4.0 + 3) * sqrt(week) as rise from counted where week > 0
)
select market_id, kind, name, product, rise::float as score
from rising
qualify row_number() over (partition by market_id, kind, name order by rise desc, product) <= 200
order by market_id, kind, name, score desc, product
