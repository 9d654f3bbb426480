-- The terms that were typed, as they were typed.
select distinct term from told where term is not null
