-- The telling events on known products, in visits. `visit` numbers an owner, `place` the steps inside; where no session id was given,
-- half an hour's silence ends one (`cut`). Ages are days before the tenant's newest event. Nobody looks at 5,000 products in one
-- visit: what comes later is a machine.
create table event as
with told as (
    select owner, moment, max(moment) over () as newest, bought, weight, product_id, order_id, market_id, event_id, line
    from read_csv($path, header = true, auto_detect = false, parallel = false, delim = ',', quote = '"', escape = '"',
                  nullstr = '', allow_quoted_nulls = false,
                  columns = {owner: 'VARCHAR', moment: 'DOUBLE', bought: 'BOOLEAN', weight: 'FLOAT', product_id: 'VARCHAR',
                             order_id: 'VARCHAR', market_id: 'VARCHAR', event_id: 'VARCHAR', line: 'SMALLINT'})
), known as (
    select told.*, product.row as product,
           coalesce(moment - lag(moment) over owned > 1800 and owner not like 's:%', false) as silent,
           row_number() over owned as place
    from told
    join product using (product_id)
    window owned as (partition by owner order by moment, event_id, line, product.row)
), named as (
    select dense_rank() over (order by owner) as visit, *,
           count_if(silent) over (partition by owner order by place) as cut
    from known
)
select visit::integer as visit, cut::integer as cut, place::integer as place, product, bought, weight,
       ((newest - moment) / 86400)::float as age, order_id, market_id, newest
from named
where place <= 5000
