-- The categories that products have as their own, in the order of the numbers of traits.sql.
select distinct category_ids[1] as category_id from product where len(category_ids) > 0 order by category_id
