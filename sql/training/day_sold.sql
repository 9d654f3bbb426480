-- What counts in charts, of each day and market ('': none was told): Σ weight·e^(−age/14 d), and how many steps.
copy (
    select $batch::integer as batch, (day + 1)::integer as ends, number, market_id,
           sum(weight * exp((moment / 86400 - (day + 1)) / 14))::double as selling, count(*)::integer as steps
    from step
    group by all
) to $out (format parquet)
