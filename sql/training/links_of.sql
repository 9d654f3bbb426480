-- The links of some products, in both directions.
select i, j, pull from link where i >= $first and i < $last
union all
select j, i, pull from link where j >= $first and j < $last
