-- Several days' counts of products as one span's.
copy (
    select $batch::integer as batch, $ends::integer as ends, number, sum(visits)::integer as visits, sum(orders)::integer as orders,
           sum(steps)::integer as steps, max(newest) as newest
    from read_parquet(getvariable('folder') || '/*/seen.parquet')
    join live using (batch, ends)
    group by number
) to $out (format parquet)
