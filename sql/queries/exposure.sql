-- name: stage()
-- Makes the transaction's own table.
select stage_exposures();

-- name: leave()
-- Takes out what is of people who were forgotten or are not to be followed, and what is of no phase that is counted; by number, and why.
select number, why from leave_exposures();

-- name: keep()
-- Keeps what is staged; the numbers of those that had been told.
select number from keep_exposures() as number;

-- name: note_answers(tenant_id, session_ids, user_ids, visitor_ids, served_at)!
-- Has units to which something was served counted anew.
select note_answers(:tenant_id, :session_ids::text[], :user_ids::text[], :visitor_ids::text[], :served_at::timestamptz[]);
