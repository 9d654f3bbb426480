-- How often each product was looked at and bought in each day: visits, orders, steps, and the moment of the last one.
copy (
    with visited as (
        select day, part, number, count(*) as steps, max(moment) as newest from step group by all
    ), looked as (
        select day, number, count(*) as visits, sum(steps) as steps, max(newest) as newest from visited group by all
    ), line as (
        select distinct day, number, coalesce('o:' || order_id, 'v:' || part) as basket from step where bought
    ), sold as (
        select day, number, count(*) as orders from line group by all
    )
    select $batch::integer as batch, (day + 1)::integer as ends, number, visits::integer as visits, coalesce(orders, 0)::integer as orders,
           steps::integer as steps, newest
    from looked
    left join sold using (day, number)
) to $out (format parquet)
