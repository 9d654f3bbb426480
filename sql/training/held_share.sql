-- The moment after which a share of the visits with two products or more began.
with visit as (
    select min(moment) as began from event group by visit, cut having count(distinct product) >= 2
)
select count(*) as visits, quantile_disc(began, 1 - $share) as before, (select max(moment) from event) as newest from visit
