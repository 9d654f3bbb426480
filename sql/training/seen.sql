-- How often each product of the catalog was looked at and bought, and when last.
create or replace table seen as
select product.row as product, sum(visits)::integer as visits, sum(orders)::integer as orders, sum(steps)::bigint as steps,
       max(newest) as newest
from read_parquet(getvariable('folder') || '/*/seen.parquet')
join live using (batch, ends)
join product using (number)
group by product.row
