-- Several days' pairs as one span's, decayed to its end; `$fading` days make 1/e of a weight.
copy (
    select $batch::integer as batch, $ends::integer as ends, i, j, sum(pull * exp((ends - $ends) / $fading))::float as pull
    from read_parquet(getvariable('folder') || '/*/' || $kind || '.parquet')
    join live using (batch, ends)
    group by i, j
) to $out (format parquet)
