-- Several days' searches as one span's.
copy (
    select $batch::integer as batch, $ends::integer as ends, term, number, sum(score * exp((ends - $ends) * rate))::float as score, rate
    from read_parquet(getvariable('folder') || '/*/searches.parquet')
    join live using (batch, ends)
    group by term, number, rate
) to $out (format parquet)
