-- The steps of an open workshop on products of the catalog, for who looks at visits one by one: visits, cut by half an hour's silence where
-- no session was told and at midnight; ages in days before the newest.
create or replace view event as
select part as visit, 0 as cut, place, product.row as product, bought, weight, (newest.moment - step.moment) / 86400 as age,
       order_id, nullif(step.market_id, '') as market_id, newest.moment as newest, step.moment
from step
join product using (number)
cross join (select max(step.moment) as moment from step join product using (number)) as newest
