-- The visits of each day of which the last new product was withheld: the products before it in the order they were first seen.
copy (
    with seen as (
        select day, part, number, bool_or(withheld) as withheld, min(moment) as moment
        from step
        where part in (select part from step where withheld)
        group by all
    )
    select $batch::integer as batch, (day + 1)::integer as ends, list(number order by moment, number) filter (not withheld) as prefix,
           max(number) filter (withheld) as target, max(moment) filter (withheld) as moment
    from seen
    group by day, part
) to $out (format parquet)
