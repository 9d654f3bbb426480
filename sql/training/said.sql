-- The numbers of products and of what they say, in row order.
select number, said from wording order by row
