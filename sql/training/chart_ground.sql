-- Every place a chart is kept for, with what counts there: each market and everywhere (''), the whole shop, a category, a brand. Weeks and
-- months are the last 7 and 28 days in UTC, the newest event's own among them.
create or replace table counted as
with told as (
    select product.row as product, sold.market_id, sum(selling * exp(-age * rate)) as selling,
           sum(steps) filter (floor(age) + 1 < 7) as week,
           sum(steps) filter (floor(age) + 1 < 28) as month
    from read_parquet(getvariable('folder') || '/*/sold.parquet') as sold
    join faded using (batch, ends)
    join product using (number)
    where product.showable
    group by product.row, sold.market_id
), market as (
    select distinct market_id from told where market_id <> ''
), placed as (
    select '' as market_id, product, selling, week, month from told
    union all
    select market.market_id, product, selling, week, month
    from told join market on told.market_id in ('', market.market_id)
), summed as (
    select market_id, product, sum(selling) as selling, coalesce(sum(week), 0) as week, coalesce(sum(month), 0) as month
    from placed
    group by market_id, product
), scope as (
    select row, 'all' as kind, '' as name from product
    union all
    select row, 'category', category_id from shelf
    union all
    select row, 'brand', brand from product where brand <> ''
)
select market_id, kind, name, product, selling, week, month from summed join scope on scope.row = summed.product
