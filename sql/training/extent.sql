-- How much there is to learn from, and when the newest of it happened (seconds since 1970).
select (select count(*) from product) as products, coalesce(sum(steps), 0)::bigint as events, max(newest) as newest from seen
