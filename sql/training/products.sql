-- The catalog, numbered by the order of its ids' bytes: the number is a product's row in every artifact.
create table product as
select (row_number() over (order by product_id) - 1)::integer as row, product_id, hash(product_id) as number, title, brand, traits,
       from_json(category_ids, '["VARCHAR"]') as category_ids, showable, market_id, price, rating, review_count
from read_csv($path, header = true, auto_detect = false, parallel = false, max_line_size = 16777216,
              delim = ',', quote = '"', escape = '"', nullstr = '', allow_quoted_nulls = false,
              columns = {product_id: 'VARCHAR', title: 'VARCHAR', brand: 'VARCHAR', traits: 'VARCHAR', category_ids: 'VARCHAR',
                         showable: 'BOOLEAN', market_id: 'VARCHAR', price: 'BIGINT', rating: 'DOUBLE',
                         review_count: 'BIGINT'})
order by product_id
