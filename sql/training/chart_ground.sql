-- Every place a chart is kept for, with the events that count there: each market and everywhere (''), the whole shop, a category, a brand.
create table counted as
with market as (
    select distinct market_id from event where market_id is not null
), told as (
    select '' as market_id, product, weight, age from event
    union all
    select market.market_id, product, weight, age
    from event join market on event.market_id is null or event.market_id = market.market_id
), summed as (
    select told.market_id, told.product, sum(weight * exp(-age / 14)) as selling, count_if(age < 7) as week, count_if(age < 28) as month
    from told join product on product.row = told.product
    where product.showable
    group by told.market_id, told.product
), scope as (
    select row, 'all' as kind, '' as name from product
    union all
    select row, 'category', category_id from shelf
    union all
    select row, 'brand', brand from product where brand <> ''
)
select market_id, kind, name, product, selling, week, month from summed join scope on scope.row = summed.product
