"""Neighbour tables: for every product its best others, found at night, looked up in a few microseconds."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gateway.index.manifest import BadRelease
from gateway.index.mapped import map_array

Rows = NDArray[np.int32]
Scores = NDArray[np.float32]

WIDTH = 100
"""Neighbours kept a product: placements show 128 at most, filters take some, and past 50 hardly any is ever chosen."""

NARROW = 50
"""Neighbours kept where all are of one kind and the first few are what the page is for."""

NOBODY = -1  # fills a row that has fewer neighbours


class Table:
    """`rows` [products, width], best first, NOBODY at the end; `scores` beside it, the best of a row 1."""

    def __init__(self, folder: Path, name: str, products: int, width: int) -> None:
        self._name = name
        self._rows: Rows = map_array(folder / f"{name}.i32", np.int32, (products, width))
        self._scores = map_array(folder / f"{name}.f16", np.float16, (products, width))

    def neighbours(self, row: int) -> tuple[Rows, Scores]:
        """The neighbours of a row and their scores, best first; views into the file."""
        rows, scores = self._rows[row], self._scores[row]
        if rows[-1] == NOBODY:
            told = int((rows != NOBODY).sum())
            rows, scores = rows[:told], scores[:told]
        return rows, scores.astype(np.float32)

    def block(self, first: int, last: int) -> tuple[Rows, Scores]:
        """The rows `first` up to `last` as they lie."""
        return self._rows[first:last], self._scores[first:last].astype(np.float32)

    def check(self) -> None:
        """BadRelease where a neighbour is no product or a score is out of [0, 1]."""
        products, width = self._rows.shape
        step = max(1, 1_000_000 // max(width, 1))
        for first in range(0, products, step):
            rows, scores = self._rows[first : first + step], self._scores[first : first + step]
            if rows.min(initial=0) < NOBODY or rows.max(initial=NOBODY) >= products:
                raise BadRelease(f"{self._name} names products that are not there")
            if not ((scores >= 0) & (scores <= 1)).all():
                raise BadRelease(f"{self._name} has scores outside [0, 1]")


def write_table(folder: Path, name: str, blocks: Iterable[tuple[Rows, Scores]]) -> float:
    """Writes a table block by block; the share of rows that have a neighbour."""
    rows_seen = rows_led = 0
    with (folder / f"{name}.i32").open("wb") as rows_file, (folder / f"{name}.f16").open("wb") as scores_file:
        for rows, scores in blocks:
            rows_file.write(np.ascontiguousarray(rows, np.int32).data)
            scores_file.write(np.ascontiguousarray(scores, np.float16).data)
            rows_seen += len(rows)
            rows_led += int((rows[:, 0] != NOBODY).sum())
    return rows_led / rows_seen if rows_seen else 0.0
