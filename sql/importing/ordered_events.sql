-- The rows as they happened. One without an id gets the hash of its values and how many equal rows stand before it; one
-- without a session the session cut at 30 minutes' silence of its user, named by the user and the session's first moment,
-- or, where nobody is known, its order. `heard`: an event of another system, whole, in our words.
with identified as (
    select *,
        case when heard is not null then md5(heard) else md5(concat_ws(chr(31), ifnull(type, chr(30)), ifnull(cast(moment as varchar), ifnull(time, chr(30))),
            ifnull(session_id, chr(30)), ifnull(user_id, chr(30)), ifnull(visitor_id, chr(30)), ifnull(product_id, chr(30)),
            ifnull(quantity, chr(30)), ifnull(price, chr(30)), ifnull(currency, chr(30)), ifnull(order_id, chr(30)),
            ifnull(lines, chr(30)), ifnull(market, chr(30)), ifnull(channel, chr(30)), ifnull(search_term, chr(30)),
            ifnull(category_id, chr(30)), ifnull(value, chr(30)), ifnull(recommendation_id, chr(30)),
            ifnull(view_id, chr(30)), ifnull(list_id, chr(30)), ifnull(placement_id, chr(30)), ifnull(position, chr(30)),
            ifnull(properties, chr(30)), ifnull(title, chr(30)))) end as fingerprint,
        case when session_id is null then coalesce('user:' || user_id, 'visitor:' || visitor_id) end as owner
    from told
), watched as (
    select *,
        row_number() over (partition by fingerprint order by line) as occurrence,
        case when moment - lag(moment) over shopper <= 30 * 60 * 1000000 then null else moment end as opened
    from identified
    window shopper as (partition by owner order by moment, line)
), cut as (
    select *,
        last_value(opened ignore nulls) over (
            partition by owner order by moment, line rows between unbounded preceding and current row) as began
    from watched
)
select line, moment, coalesce(event_id, fingerprint || '-' || occurrence) as event_id, type, time,
    coalesce(session_id, md5(coalesce(owner || '@' || began, 'order:' || order_id))) as session_id,
    user_id, visitor_id, product_id, quantity, price, currency, order_id, lines, market, channel, search_term, category_id,
    value, recommendation_id, view_id, list_id, placement_id, position, properties, title, apart, heard
from cut
order by moment, line
