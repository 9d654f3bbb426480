-- Several days' counts for charts as one span's.
copy (
    select $batch::integer as batch, $ends::integer as ends, number, market_id, sum(selling * exp((ends - $ends) / 14)) as selling,
           sum(steps)::integer as steps
    from read_parquet(getvariable('folder') || '/*/sold.parquet')
    join live using (batch, ends)
    group by number, market_id
) to $out (format parquet)
