-- How much there is to learn from, and when the newest of it happened (seconds since 1970).
select (select count(*) from product) as products, count(*) as events, max(newest) as newest from event
