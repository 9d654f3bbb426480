"""The category that each product has as its own, by row: where to look when a product's neighbours are too few."""

from pathlib import Path

import duckdb
import numpy as np
import orjson
from numpy.typing import NDArray

import sql
from gateway.domain.catalog import CategoryId
from gateway.index.manifest import BadRelease
from gateway.index.mapped import map_array
from gateway.index.traits import Traits

_ROWS = "leaves.i32"
_NAMES = "leaves.json"
NONE = -1


class Leaves:
    """A number a product, and the categories that the numbers stand for."""

    def __init__(self, folder: Path, products: int) -> None:
        self._rows: NDArray[np.int32] = map_array(folder / _ROWS, np.int32, (products,))
        try:
            self._names = [CategoryId(str(name)) for name in orjson.loads((folder / _NAMES).read_bytes())]
        except (OSError, ValueError, TypeError) as error:
            raise BadRelease(f"{folder / _NAMES} cannot be read: {error}") from error

    def of(self, row: int) -> CategoryId | None:
        """The product's own category, if it stands in one."""
        leaf = int(self._rows[row])
        return None if leaf == NONE else self._names[leaf]

    def numbers(self, rows: NDArray[np.int32]) -> NDArray[np.int32]:
        """The numbers of the products' own categories, NONE where there is none: equal where the category is the same."""
        return self._rows[rows]

    def check(self) -> None:
        """BadRelease where a number stands for nothing."""
        if self._rows.min(initial=NONE) < NONE or self._rows.max(initial=NONE) >= len(self._names):
            raise BadRelease(f"{_ROWS} names categories that are not there")


def write_leaves(folder: Path, duck: duckdb.DuckDBPyConnection, traits: Traits) -> None:
    """Writes what `Leaves` reads."""
    names = [name for (name,) in duck.execute(sql.training("leaves")).fetchall()]
    (folder / _NAMES).write_bytes(orjson.dumps(names))
    traits.leaf.astype(np.int32).tofile(folder / _ROWS)
