-- Top rated: (10·m + n·r)/(10 + n), the first 200 of every chart. r: the rating of n reviews; m: the shop's mean over all reviews.
-- The shop's mean weighs as much as ten reviews: one delighted customer moves a product little, a hundred nearly all the way. A rating
-- that comes without a count is one vote. A market's charts hold what was looked at there, the charts of '' everything rated.
with rated as (
    select row as product, rating, greatest(coalesce(review_count, 0), 1) as reviews
    from product
    where showable and rating > 0
), shop as (
    select sum(rating * reviews) / sum(reviews) as mean from rated
), ranked as (
    select product, (10 * mean + reviews * rating) / (10 + reviews) as praise from rated cross join shop
), place as (
    select '' as market_id, 'all' as kind, '' as name, row as product from product
    union all
    select '', 'category', category_id, row from shelf
    union all
    select '', 'brand', brand, row from product where brand <> ''
    union all
    select market_id, kind, name, product from counted where market_id <> ''
)
select market_id, kind, name, product, praise::float as score
from place
join ranked using (product)
qualify row_number() over (partition by market_id, kind, name order by praise desc, product) <= 200
order by market_id, kind, name, score desc, product
