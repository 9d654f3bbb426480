-- The rows from number $first to before $past, as they happened. One without an id gets the hash of its values and how many equal rows stand
-- before it; one without a session the session cut for it, named by its user and the session's first moment, or, where nobody is known,
-- its order.
select line, moment, coalesce(event_id, fingerprint || '-' || occurrence) as event_id, type, time,
    coalesce(session_id, session, md5('order:' || order_id)) as session_id,
    user_id, visitor_id, product_id, quantity, price, currency, order_id, lines, market, channel, search_term, category_id,
    value, recommendation_id, view_id, list_id, placement_id, position, properties, title, apart, scope, heard
from (select * from placed where number >= $first and number < $past)
join told on told.rowid = place
order by number
