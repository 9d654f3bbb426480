-- Takes in the rows of a catalog as the door wrote them: `place` and `size` say where in the heap lies what a row says. `family` is the
-- name by which a row looks for the product that leads its own, `names` those by which others may look for this one, a unit separator
-- between them.
create table told as
select *
from read_csv($file, header = false, auto_detect = false, delim = ',', quote = '"', escape = '"', max_line_size = 40000000,
    buffer_size = 40000000,
    columns = {'line': 'bigint', 'product_id': 'varchar', 'market': 'varchar', 'family': 'varchar', 'names': 'varchar',
               'place': 'bigint', 'size': 'bigint'})
