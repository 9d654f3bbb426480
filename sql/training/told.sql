-- The events of a file as the trainer wrote them, with a number for each product and owner. `chosen`: one owner in fifty, of whom a step
-- is withheld. Times are seconds since 1970. `half_life`: of the type, in days; 0 where it has none
-- of its own.
create or replace table told as
select hash(owner) as visitor, owner like 's:%' as session, md5_number_lower(owner) % 50 = 0 as chosen,
       moment, floor(moment / 86400)::integer as day, coalesce(bought, false) as bought, weight, hash(product_id) as number, product_id is not null as acted,
       order_id, market_id, event_id, line, term, coalesce(half_life, 0) as half_life
from read_csv($path, header = true, auto_detect = false, parallel = false, delim = ',', quote = '"', escape = '"',
              nullstr = '', allow_quoted_nulls = false,
              columns = {owner: 'VARCHAR', moment: 'DOUBLE', bought: 'BOOLEAN', weight: 'FLOAT', product_id: 'VARCHAR',
                         order_id: 'VARCHAR', market_id: 'VARCHAR', event_id: 'VARCHAR', line: 'SMALLINT', term: 'VARCHAR',
                         half_life: 'DOUBLE'})
