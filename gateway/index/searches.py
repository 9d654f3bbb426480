"""What those who searched for a term then looked at and bought."""

from collections.abc import Sequence
from pathlib import Path

import duckdb
import numpy as np
from numpy.typing import NDArray

import sql
from gateway.domain.search_term import normalised
from gateway.index.manifest import BadRelease
from gateway.index.mapped import map_array
from gateway.index.roster import NOWHERE, Roster, write_roster

_NAME = "searches"
_STARTS = "searches.starts"


class Searches:
    """The terms lie sorted in a mapped file, as a roster does; each has a span of products and their scores, the best 1."""

    def __init__(self, folder: Path, products: int) -> None:
        self._products = products
        starts = folder / _STARTS
        terms = starts.stat().st_size // 8 - 1 if starts.is_file() else 0
        self._starts = map_array(starts, np.int64, (terms + 1,))
        self._terms = Roster(folder, terms, _NAME)
        links = int(self._starts[-1])
        self._rows: NDArray[np.int32] = map_array(folder / f"{_NAME}.i32", np.int32, (links,))
        self._scores: NDArray[np.float16] = map_array(folder / f"{_NAME}.f16", np.float16, (links,))

    def of(self, term: str) -> Sequence[tuple[int, float]]:
        """The rows of the products wanted by those who typed this, best first, with scores; none for a term nobody typed."""
        place = self._terms.row(normalised(term))
        if place == NOWHERE:
            return []
        start, end = int(self._starts[place]), int(self._starts[place + 1])
        return list(zip(self._rows[start:end].tolist(), self._scores[start:end].tolist(), strict=True))

    def check(self) -> None:
        """BadRelease where a term is out of order, reaches out of the file, or leads to no product."""
        self._terms.check()
        if self._starts[0] != 0 or (np.diff(self._starts) < 1).any():
            raise BadRelease(f"{_NAME}.starts has terms that lead nowhere")
        if self._rows.min(initial=0) < 0 or self._rows.max(initial=-1) >= self._products:
            raise BadRelease(f"{_NAME} names products that are not there")
        if not ((self._scores >= 0) & (self._scores <= 1)).all():
            raise BadRelease(f"{_NAME} has scores outside [0, 1]")


def write_searches(folder: Path, duck: duckdb.DuckDBPyConnection) -> None:
    """Writes what `Searches` reads, of an open workshop."""
    found = duck.execute(sql.training("searches")).fetchnumpy()
    terms, scores = found["term"], found["score"]
    fresh = np.flatnonzero(np.r_[True, terms[1:] != terms[:-1]][: len(terms)])
    starts = np.r_[fresh, len(terms)].astype(np.int64)
    write_roster(folder, terms[fresh], _NAME)
    starts.tofile(folder / _STARTS)
    found["product"].astype(np.int32).tofile(folder / f"{_NAME}.i32")
    (scores / np.repeat(scores[fresh], np.diff(starts))).astype(np.float16).tofile(folder / f"{_NAME}.f16")
