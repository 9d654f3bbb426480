-- How many days to hold out, so that a share of the visits with two products or more began in them.
with visit as (
    select max(age) as began from event group by visit, cut having count(distinct product) >= 2
)
select count(*) as visits, quantile_cont(began, $share) as days from visit
