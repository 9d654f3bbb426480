-- The tree of categories as told.
create table category as
select category_id, name, parent_id
from read_csv($path, header = true, auto_detect = false, parallel = false, delim = ',', quote = '"', escape = '"',
              nullstr = '', allow_quoted_nulls = false,
              columns = {category_id: 'VARCHAR', name: 'VARCHAR', parent_id: 'VARCHAR'})
