-- What those who searched for a term then did: Σ weight · e^(−age/120 d), the first 100 products of every term. `$raw` and `$told` are terms
-- as typed and as compared.
with meant as (
    select unnest($raw::varchar[]) as raw, unnest($told::varchar[]) as term
), wanted as (
    select term, product, sum(weight * exp(-age / 120)) as score
    from event
    join meant on meant.raw = event.searched
    join product on product.row = event.product
    where term <> '' and product.showable
    group by all
)
select term, product, score::float as score
from wanted
qualify row_number() over (partition by term order by score desc, product) <= 100
order by term, score desc, product
