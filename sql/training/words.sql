-- The words of every n-th product, in row order: title, brand, traits, categories with all above them. Empty where nothing is said.
with placed as (
    select row, string_agg(coalesce(category.name, shelf.category_id), ' ' order by shelf.category_id) as names
    from shelf left join category using (category_id)
    group by row
)
select trim(concat_ws(' ', title, brand, traits, names)) as words
from product left join placed using (row)
where product.row % $step = 0
order by product.row
