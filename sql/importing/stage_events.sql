-- Takes in the rows as the door wrote them, every value a text, and reads the time: an ISO 8601 date, UTC where it says
-- nothing else, or a Unix time whose size tells seconds, milliseconds and microseconds apart. `moment` is in microseconds. `fingerprint`, of a row
-- without an id, is the hash of its values; `heard` is an event of another system, whole, in our words.
create table told as
select *,
    case
        when regexp_full_match(time, '\d{1,17}(\.\d+)?') then
            cast(cast(time as decimal(26, 6)) * case
                when cast(time as decimal(26, 6)) < 100000000000 then 1000000
                when cast(time as decimal(26, 6)) < 100000000000000 then 1000
                else 1 end as bigint)
        when regexp_full_match(time, '\d{4}-\d\d-\d\d([T ][\d:.]+ ?(Z|UTC|[+-]\d\d(:?\d\d)?)?)?') then
            epoch_us(try_cast(time as timestamptz))
    end as moment,
    case
        when event_id is not null then null
        when heard is not null then md5(heard)
        else md5(concat_ws(chr(31), ifnull(type, chr(30)), ifnull(cast(moment as varchar), ifnull(time, chr(30))),
            ifnull(session_id, chr(30)), ifnull(user_id, chr(30)), ifnull(visitor_id, chr(30)), ifnull(product_id, chr(30)),
            ifnull(quantity, chr(30)), ifnull(price, chr(30)), ifnull(currency, chr(30)), ifnull(order_id, chr(30)),
            ifnull(lines, chr(30)), ifnull(market, chr(30)), ifnull(channel, chr(30)), ifnull(search_term, chr(30)),
            ifnull(category_id, chr(30)), ifnull(value, chr(30)), ifnull(recommendation_id, chr(30)),
            ifnull(view_id, chr(30)), ifnull(list_id, chr(30)), ifnull(placement_id, chr(30)), ifnull(position, chr(30)),
            ifnull(properties, chr(30)), ifnull(title, chr(30))))
    end as fingerprint
from read_csv($file, header = false, auto_detect = false, delim = ',', quote = '"', escape = '"', max_line_size = 40000000,
    buffer_size = 40000000,
    columns = {
        'line': 'bigint', 'event_id': 'varchar', 'type': 'varchar', 'time': 'varchar', 'session_id': 'varchar',
        'user_id': 'varchar', 'visitor_id': 'varchar', 'product_id': 'varchar', 'quantity': 'varchar', 'price': 'varchar',
        'currency': 'varchar', 'order_id': 'varchar', 'lines': 'varchar', 'market': 'varchar', 'channel': 'varchar',
        'search_term': 'varchar', 'category_id': 'varchar', 'value': 'varchar', 'recommendation_id': 'varchar',
        'view_id': 'varchar', 'list_id': 'varchar', 'placement_id': 'varchar', 'position': 'varchar',
        'properties': 'varchar', 'title': 'varchar', 'apart': 'varchar', 'scope': 'varchar', 'heard': 'varchar'
    })
