"""Which product stands in which row. Ids lie sorted in one mapped file; a worker holds no id in its own memory."""

from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from gateway.domain.catalog import ProductId
from gateway.index.manifest import BadRelease
from gateway.index.mapped import map_array, map_bytes

PRODUCTS = "products"

NOWHERE = -1  # the row of a product that the release does not know


class Roster:
    """Ids by row, and rows by id: as fast for a million products as for a hundred, at 8 to 12 bytes an id of a worker's own."""

    def __init__(self, folder: Path, count: int, name: str = PRODUCTS) -> None:
        ends = map_array(folder / f"{name}.i64", np.int64, (count + 1,))
        self._text = map_bytes(folder / f"{name}.utf8")
        if ends[0] != 0 or ends[-1] != len(self._text) or bool((np.diff(ends) < 1).any()):
            raise BadRelease(f"{folder / name}.i64 does not fit {name}.utf8")
        self._ends = ends.data
        self._order, self._starts = (found.data for found in self._hashed())

    def __len__(self) -> int:
        return len(self._ends) - 1

    def id(self, row: int) -> ProductId:
        """The product of a row."""
        return ProductId(self._bytes(row).decode())

    def row(self, name: str) -> int:
        """The row of a product, or NOWHERE."""
        wanted = name.encode(errors="replace")
        place = crc32(wanted) % (len(self._starts) - 1)
        for row in self._order[self._starts[place] : self._starts[place + 1]]:
            if self._bytes(row) == wanted:
                return row
        return NOWHERE

    def check(self) -> None:
        """BadRelease unless the ids are text, sorted, each once."""
        for row in range(len(self)):
            try:
                self.id(row)
            except UnicodeDecodeError:
                raise BadRelease(f"row {row} of the roster is no text") from None
            if row and self._bytes(row - 1) >= self._bytes(row):
                raise BadRelease(f"row {row} of the roster is out of order")

    def _bytes(self, row: int) -> bytes:
        return self._text[self._ends[row] : self._ends[row + 1]]

    def _hashed(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """The rows sorted by the hashes of their ids, and where each hash begins among them: one or two ids share a hash."""
        size = 1 << len(self).bit_length()
        told = (crc32(self._text[start:end]) for start, end in pairwise(self._ends))
        hashes = np.fromiter(told, np.int64, len(self)) % size
        starts = np.zeros(size + 1, np.int32)
        np.cumsum(np.bincount(hashes, minlength=size), out=starts[1:])
        return np.argsort(hashes, kind="stable").astype(np.int32), starts


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
