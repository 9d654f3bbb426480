-- How many days before the newest event each sum's day ended; less than 0 on the last day.
create or replace table faded as
select batch, ends, (select coalesce(max(newest), 0) / 86400 from seen) - ends as age from live
