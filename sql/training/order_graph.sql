-- What is bought together: Σ e^(−age/180 d)/√basket over the orders of both, a target damped by its popularity (orders^0.2).
-- A basket is an order, told whole or line by line; a purchase without order id belongs to its visit. Over 100 lines it is no person's.
with line as (
    select distinct coalesce('o:' || order_id, concat_ws(':', 'v', visit, cut)) as basket, product,
           min(age) over (partition by coalesce('o:' || order_id, concat_ws(':', 'v', visit, cut))) as age
    from event
    where bought and not withheld
), sized as (
    select *, count(*) over (partition by basket) as size from line
), held as (
    select hash(basket) as basket, product, exp(-age / 180) / sqrt(size) as strength from sized where size between 2 and 100
), pair as (
    select a.product as i, b.product as j, sum(a.strength) as pull
    from held a
    join held b on b.basket = a.basket and b.product <> a.product
    group by all
), popularity as (
    select product, count(*) as orders from line group by product
), scored as (
    select i, j, pull / pow(orders, 0.2) as score from pair join popularity on product = j
)
select i, j, score::float as score
from scored
qualify row_number() over (partition by i order by score desc, j) <= 200
order by i, score desc, j
