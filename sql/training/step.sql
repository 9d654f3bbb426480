-- The telling events of the days in question with what was found of them: the number of the visit in its day, and whether it teaches no graph.
create or replace table step as
select told.day, told.moment, told.number, told.bought, told.weight, told.half_life, told.order_id, coalesce(told.market_id, '') as market_id,
       told.visitor, marked.part, marked.withheld, marked.place
from marked
join told on told.rowid = marked.source
where marked.own
