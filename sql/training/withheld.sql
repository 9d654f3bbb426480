-- The newest visits of which the last new product was withheld, as far as the catalog knows their products.
with told as (
    select row_number() over () as visit, prefix, target, moment from read_parquet(getvariable('folder') || '/*/withheld.parquet') join live using (batch, ends)
), step as (
    select visit, unnest(prefix) as number, generate_subscripts(prefix, 1) as place from told
), known as (
    select visit, list(product_id order by place) as prefix from step join product using (number) group by visit
)
select known.prefix, product.product_id as target, moment
from told
join known using (visit)
join product on product.number = told.target
order by moment desc, target, known.prefix
limit $kept
