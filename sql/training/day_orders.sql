-- What is bought together in each day: Σ e^(−age·rate)/√basket over the orders of both, the rate 1/180 d where a purchase has no
-- half-life of its own. A basket is an order, told whole or line by line;
-- a purchase without order id belongs to its visit. Over 100 lines it is no person's.
copy (
    with line as (
        select day, coalesce('o:' || order_id, 'v:' || part) as basket, number, max(moment) as moment,
               (1 / coalesce(nullif(max(half_life), 0) / ln(2), 180))::float as rate
        from step
        where bought and not withheld
        group by all
    ), sized as (
        select *, count(*) over (partition by day, basket) as size from line
    ), held as (
        select day, hash(basket) as basket, number, rate, exp((moment / 86400 - (day + 1)) * rate) / sqrt(size) as strength
        from sized
        where size between 2 and 100
    )
    select $batch::integer as batch, (a.day + 1)::integer as ends, a.number as i, b.number as j, sum(a.strength)::float as pull, a.rate
    from held a
    join held b on b.day = a.day and b.basket = a.basket and b.number > a.number
    group by all
) to $out (format parquet)
