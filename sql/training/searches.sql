-- What those who searched for a term then did, aged: the first 100 products of every term.
with wanted as (
    select term, product.row as product, sum(score * exp(-age * rate)) as score
    from read_parquet(getvariable('folder') || '/*/searches.parquet')
    join faded using (batch, ends)
    join product using (number)
    where product.showable
    group by term, product.row
)
select term, product, score::float as score
from wanted
qualify row_number() over (partition by term order by score desc, product) <= 100
order by term, score desc, product
