-- The rows in the file's order, but all of one product, and all of one family, together; `first_line` is the first of this product
-- and market.
with leader as (
    select name, min(product_id) as product_id
    from (select product_id, unnest(string_split(names, chr(31))) as name from told where names is not null)
    group by name
), placed as (
    select told.line, told.product_id, told.market, told.place, told.size,
           coalesce(leader.product_id, told.family, told.product_id) as family
    from told left join leader on leader.name = told.family
)
select line, product_id, place, size, min(line) over (partition by product_id, market) as first_line, family
from placed
order by min(line) over (partition by family), line
