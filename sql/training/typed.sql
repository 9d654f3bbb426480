-- The terms that were typed, as they were typed.
select distinct searched as term from event where searched is not null
