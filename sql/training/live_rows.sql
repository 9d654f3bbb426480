-- What holds of a batch, as rows of another batch.
copy (
    select kept.* replace ($fresh::integer as batch)
    from read_parquet(getvariable('folder') || '/*/' || $kind || '.parquet') as kept
    where kept.batch = $batch::integer and kept.ends in (select ends from live where batch = $batch::integer)
) to $out (format parquet)
