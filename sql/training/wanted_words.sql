-- The words of some products, in row order.
select words from wording join wanted using (row) order by row
