-- What the file lists, whether or not its rows can be used: each product once a market; a market that no row names is null.
select distinct market, product_id from told where product_id is not null
