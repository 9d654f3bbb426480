"""What training is measured against: implicit's ALS with 64 factors, ten iterations, on the same file of events. `python -m … EVENTS`."""

import sys
import warnings
from time import process_time

import duckdb
import numpy as np
import orjson
import scipy.sparse as sp
from implicit.als import AlternatingLeastSquares

_FACTORS, _ITERATIONS, _LIST = 64, 10, 100
_READ = """
    select dense_rank() over (order by owner) - 1 as owner, dense_rank() over (order by product_id) - 1 as product,
           sum(weight)::float as weight
    from read_csv(?, header = true, auto_detect = false, parallel = false, delim = ',', quote = '"', nullstr = '',
                  columns = {owner: 'VARCHAR', moment: 'DOUBLE', bought: 'BOOLEAN', weight: 'FLOAT', product_id: 'VARCHAR',
                             order_id: 'VARCHAR', market_id: 'VARCHAR', event_id: 'VARCHAR', line: 'SMALLINT', term: 'VARCHAR'})
    group by owner, product_id
"""


def main(path: str) -> None:
    """Prints the processor's seconds for factors, and for a list of 100 a product on top, as JSON."""
    began = process_time()
    found = duckdb.connect(config={"threads": 1}).execute(_READ, [path]).fetchnumpy()
    weights = sp.csr_matrix((found["weight"], (found["owner"], found["product"])))
    model = AlternatingLeastSquares(_FACTORS, iterations=_ITERATIONS, num_threads=1, random_state=1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about the threads of the linear algebra, which are one
        model.fit(weights, show_progress=False)
    fitted = process_time()
    model.similar_items(np.arange(weights.shape[1]), _LIST)
    told = {"vectors": fitted - began, "lists": process_time() - began}
    sys.stdout.buffer.write(orjson.dumps(told))


if __name__ == "__main__":
    main(sys.argv[1])
