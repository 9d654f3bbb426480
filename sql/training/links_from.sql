-- The links that lead from some products.
select i, j, pull from link where i >= $first and i < $last
