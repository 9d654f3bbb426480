-- Takes in the rows as the door wrote them, every value a text, and reads the time: an ISO 8601 date, UTC where it says
-- nothing else, or a Unix time whose size tells seconds, milliseconds and microseconds apart. `moment` is in microseconds.
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
    end as moment
from read_csv($file, header = false, auto_detect = false, delim = ',', quote = '"', escape = '"', max_line_size = 40000000,
    columns = {
        'line': 'bigint', 'event_id': 'varchar', 'type': 'varchar', 'time': 'varchar', 'session_id': 'varchar',
        'user_id': 'varchar', 'visitor_id': 'varchar', 'product_id': 'varchar', 'quantity': 'varchar', 'price': 'varchar',
        'currency': 'varchar', 'order_id': 'varchar', 'lines': 'varchar', 'market': 'varchar', 'channel': 'varchar',
        'search_term': 'varchar', 'category_id': 'varchar', 'value': 'varchar', 'recommendation_id': 'varchar',
        'view_id': 'varchar', 'list_id': 'varchar', 'placement_id': 'varchar', 'position': 'varchar',
        'properties': 'varchar', 'title': 'varchar', 'apart': 'varchar', 'heard': 'varchar'
    })
