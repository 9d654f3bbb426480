-- The ids in row order.
select product_id from product order by row
