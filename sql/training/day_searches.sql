-- What those who searched did in the half hour after, until they searched for something else: Σ weight · e^(−age·rate) of each day,
-- the rate 1/120 d where a type has no half-life of its own.
-- `$raw` and `$told` are terms as typed and as compared.
copy (
    with meant as (
        select unnest($raw::varchar[]) as raw, unnest($told::varchar[]) as term
    ), search as (
        select visitor, moment, first(term order by event_id desc) as raw from told where term is not null group by all
    )
    select $batch::integer as batch, (step.day + 1)::integer as ends, meant.term, step.number,
           sum(step.weight * exp((step.moment / 86400 - (step.day + 1)) * step.rate))::float as score, step.rate
    from (select *, (1 / coalesce(nullif(half_life, 0) / ln(2), 120))::float as rate from step) as step
    asof join search on search.visitor = step.visitor and search.moment <= step.moment
    join meant on meant.raw = search.raw
    where step.moment - search.moment <= 1800 and meant.term <> ''
    group by all
) to $out (format parquet)
