-- Where each product stands: its categories and all above them, each once. A circle in the tree ends where it closes.
create table shelf as
with recursive above as (
    select category_id, category_id as upper from category
    union
    select above.category_id, category.parent_id
    from above
    join category on category.category_id = above.upper
    where category.parent_id is not null
), standing as (
    select row, unnest(category_ids) as category_id from product
)
select distinct standing.row, coalesce(above.upper, standing.category_id) as category_id
from standing
left join above on above.category_id = standing.category_id
