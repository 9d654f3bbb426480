"""Which product stands in which row. Ids lie sorted in one mapped file; a worker holds no id in its own memory."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import overload

import numpy as np

from gateway.domain.catalog import ProductId
from gateway.index.manifest import BadRelease
from gateway.index.mapped import map_array, map_bytes

PRODUCTS = "products"

NOWHERE = -1  # the row of a product that the release does not know


class Roster(Sequence[bytes]):
    """Ids by row, and rows by id in about 20 comparisons for a million products."""

    def __init__(self, folder: Path, count: int, name: str = PRODUCTS) -> None:
        ends = map_array(folder / f"{name}.i64", np.int64, (count + 1,))
        self._text = map_bytes(folder / f"{name}.utf8")
        if ends[0] != 0 or ends[-1] != len(self._text) or bool((np.diff(ends) < 1).any()):
            raise BadRelease(f"{folder / name}.i64 does not fit {name}.utf8")
        self._ends = ends.data

    def __len__(self) -> int:
        return len(self._ends) - 1

    @overload
    def __getitem__(self, row: int) -> bytes: ...
    @overload
    def __getitem__(self, row: slice) -> Sequence[bytes]: ...
    def __getitem__(self, row: int | slice) -> bytes | Sequence[bytes]:
        if isinstance(row, slice):
            return [self[r] for r in range(*row.indices(len(self)))]
        return self._text[self._ends[row] : self._ends[row + 1]]

    def id(self, row: int) -> ProductId:
        """The product of a row."""
        return ProductId(self._text[self._ends[row] : self._ends[row + 1]].decode())

    def row(self, name: str) -> int:
        """The row of a product, or NOWHERE."""
        wanted = name.encode(errors="replace")
        row = bisect_left(self, wanted)
        return row if row < len(self) and self[row] == wanted else NOWHERE

    def check(self) -> None:
        """BadRelease unless the ids are text, sorted, each once."""
        for row in range(len(self)):
            try:
                self.id(row)
            except UnicodeDecodeError:
                raise BadRelease(f"row {row} of the roster is no text") from None
            if row and self[row - 1] >= self[row]:
                raise BadRelease(f"row {row} of the roster is out of order")


def write_roster(folder: Path, ids: Iterable[str], name: str = PRODUCTS) -> int:
    """Writes ids that come sorted by their bytes; how many."""
    with (folder / f"{name}.utf8").open("wb") as text, (folder / f"{name}.i64").open("wb") as ends:
        ends.write(np.int64(0).tobytes())
        count = 0
        for count, end in enumerate(_written(ids, text.write), start=1):  # noqa: B007  (the last one is the count)
            ends.write(end.tobytes())
    return count


def _written(ids: Iterable[str], write: Callable[[bytes], int]) -> Iterator[np.int64]:
    end = 0
    for product_id in ids:
        end += write(product_id.encode())
        yield np.int64(end)
