-- The days of a file, as days since 1970.
select distinct day from told order by day
