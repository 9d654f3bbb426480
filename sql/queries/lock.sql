-- name: take(key)
-- One at a time on a database; the lock goes with its connection.
select pg_try_advisory_lock(:key) as taken;

-- name: give_back(key)
select pg_advisory_unlock(:key);
