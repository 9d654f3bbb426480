-- name: keep(batch)
-- Keeps a batch. By number: KNOWN are those that had been told; the others that are named are not kept, and why.
select number, outcome from keep_exposures(:batch::told_exposure[]);

-- name: note_answers(tenant_id, session_ids, user_ids, visitor_ids, served_at)!
-- Has units to which something was served counted anew.
select note_answers(:tenant_id, :session_ids::text[], :user_ids::text[], :visitor_ids::text[], :served_at::timestamptz[]);
