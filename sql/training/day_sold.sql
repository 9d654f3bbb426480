-- What counts in charts, of each day and market ('': none was told): Σ weight·e^(−age·rate), and how many steps; the rate is 1/14 d
-- where a type has no half-life of its own.
copy (
    select $batch::integer as batch, (day + 1)::integer as ends, number, market_id,
           sum(weight * exp((moment / 86400 - (day + 1)) * rate))::double as selling, count(*)::integer as steps, rate
    from (select *, (1 / coalesce(nullif(half_life, 0) / ln(2), 14))::float as rate from step)
    group by all
) to $out (format parquet)
