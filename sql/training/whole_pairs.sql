-- Several days' pairs as one span's, decayed to its end, each at its rate.
copy (
    select $batch::integer as batch, $ends::integer as ends, i, j, sum(pull * exp((ends - $ends) * rate))::float as pull, rate
    from read_parquet(getvariable('folder') || '/*/' || $kind || '.parquet')
    join live using (batch, ends)
    group by i, j, rate
) to $out (format parquet)
