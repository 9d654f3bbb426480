-- What every product says of itself, with a number that differs when it does: title, brand, traits, categories with all above them. Empty
-- where nothing is said.
create or replace table wording as
with placed as (
    select row, string_agg(coalesce(category.name, shelf.category_id), ' ' order by shelf.category_id) as names
    from shelf left join category using (category_id)
    group by row
)
select product.row, product.number, trim(concat_ws(' ', title, brand, traits, names)) as words, hash(words) as said
from product left join placed using (row)
