"""What each product is, beside its words."""

from dataclasses import dataclass

import duckdb
import numpy as np
from numpy.typing import NDArray

import sql


@dataclass(frozen=True, slots=True)
class Traits:
    """By row. `leaf`: its own category, −1 for none. `price`: 0 where its market is not the main one."""

    leaf: NDArray[np.int32]
    price: NDArray[np.float64]
    showable: NDArray[np.bool_]
    visits: NDArray[np.int32]
    orders: NDArray[np.int32]


def read_traits(duck: duckdb.DuckDBPyConnection) -> Traits:
    """The traits of all products of an open workshop."""
    found = duck.execute(sql.training("traits")).fetchnumpy()
    return Traits(found["leaf"], found["price"], found["showable"], found["visits"], found["orders"])
