-- How many links there are.
select count(*) as links from link
