-- Several days' counts for charts as one span's.
copy (
    select $batch::integer as batch, $ends::integer as ends, number, market_id, sum(selling * exp((ends - $ends) * rate)) as selling,
           sum(steps)::integer as steps, rate
    from read_parquet(getvariable('folder') || '/*/sold.parquet')
    join live using (batch, ends)
    group by number, market_id, rate
) to $out (format parquet)
