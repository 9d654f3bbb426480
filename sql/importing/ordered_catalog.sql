-- The rows in the file's order, but all of one product together; `first_line` is the first of this product and market.
select line, product_id, fields, min(line) over (partition by product_id, market) as first_line
from told
order by min(line) over (partition by product_id), line
