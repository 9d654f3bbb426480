-- The sums that hold: in which batch, to which day's beginning they have decayed.
create or replace table live as
select unnest($batches::integer[]) as batch, unnest($ends::integer[]) as ends
