-- Several days' withheld visits as one span's: the newest.
copy (
    select $batch::integer as batch, $ends::integer as ends, prefix, target, moment
    from read_parquet(getvariable('folder') || '/*/withheld.parquet')
    join live using (batch, ends)
    order by moment desc
    limit 2000
) to $out (format parquet)
