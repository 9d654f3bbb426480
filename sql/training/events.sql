-- The telling events on known products, in visits. `visit` numbers an owner, `place` the steps inside; where no session id was given,
-- half an hour's silence ends one (`cut`). Ages are days before the tenant's newest event. Nobody looks at 5,000 products in one
-- visit: what comes later is a machine. `searched`: the term of the visit's last search, if it was in the half hour before.
-- `withheld`: of one visit in 50 the last new product, which teaches no graph.
create table event as
with told as (
    select owner, moment, max(moment) over () as newest, bought, weight, product_id, order_id, market_id, event_id, line, term
    from read_csv($path, header = true, auto_detect = false, parallel = false, delim = ',', quote = '"', escape = '"',
                  nullstr = '', allow_quoted_nulls = false,
                  columns = {owner: 'VARCHAR', moment: 'DOUBLE', bought: 'BOOLEAN', weight: 'FLOAT', product_id: 'VARCHAR',
                             order_id: 'VARCHAR', market_id: 'VARCHAR', event_id: 'VARCHAR', line: 'SMALLINT', term: 'VARCHAR'})
), heard as (
    select *,
           last_value(case when term is not null then {'term': term, 'moment': moment} end ignore nulls) over (
               partition by owner order by moment, event_id, line, product_id) as search
    from told
), known as (
    select heard.*, product.row as product,
           coalesce(moment - lag(moment) over owned > 1800 and owner not like 's:%', false) as silent,
           row_number() over owned as place
    from heard
    join product using (product_id)
    window owned as (partition by owner order by moment, event_id, line, product.row)
), named as (
    select dense_rank() over (order by owner) as visit, *,
           count_if(silent) over (partition by owner order by place) as cut
    from known
), begun as (
    select *, min(place) over (partition by visit, cut, product) as first_place from named where place <= 5000
), ended as (
    select *, min(first_place) over visit_whole as opening, max(first_place) over visit_whole as closing
    from begun
    window visit_whole as (partition by visit, cut)
)
select visit::integer as visit, cut::integer as cut, place::integer as place, product, bought, weight,
       ((newest - moment) / 86400)::float as age, order_id, market_id, newest, moment,
       case when moment - search.moment <= 1800 then search.term end as searched,
       md5_number_lower(owner) % 50 = 0 and first_place = closing and closing > opening as withheld
from ended
