"""From links of several seeds to candidates: added up, ranked, each said to come from the seed that wanted it most."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gateway.domain.catalog import ProductId
from gateway.domain.ranking import Candidate
from gateway.index.roster import NOWHERE, Roster
from gateway.index.tables import Rows, Scores


@dataclass(frozen=True, slots=True)
class Wanted:
    """Products by row, each once, with the sum of their scores and the row of the seed that gave most (NOWHERE: none did)."""

    rows: Rows
    scores: Scores
    seeds: NDArray[np.int64]

    def scaled(self, share: float) -> "Wanted":
        """The best at `share`."""
        best = float(self.scores.max(initial=0))
        return Wanted(self.rows, self.scores * np.float32(share / best if best else 0), self.seeds)


def add_up(parts: Iterable[tuple[Rows, Scores, NDArray[np.int64]]]) -> Wanted:
    """Sums what several lists want; each part is rows, scores and, for each, the seed's row."""
    gathered = list(parts)
    if not gathered:
        return Wanted(np.empty(0, np.int32), np.empty(0, np.float32), np.empty(0, np.int64))
    rows, scores, seeds = (np.concatenate(column) for column in zip(*gathered, strict=True))
    order = np.lexsort((-scores, rows))
    rows, scores, seeds = rows[order], scores[order], seeds[order]
    starts = np.flatnonzero(np.r_[True, rows[1:] != rows[:-1]][: len(rows)])
    return Wanted(rows[starts], np.add.reduceat(scores, starts) if len(starts) else scores, seeds[starts])


def candidates(wanted: Wanted, roster: Roster, count: int, excluded: Collection[int]) -> list[Candidate]:
    """The `count` most wanted but the excluded rows, the best at 1."""
    allowed = ~np.isin(wanted.rows, list(excluded)) & (wanted.scores > 0)
    rows, scores, seeds = wanted.rows[allowed], wanted.scores[allowed], wanted.seeds[allowed]
    order = np.lexsort((rows, -scores))[:count]
    if not len(order):
        return []
    best = scores[order[0]]
    named: dict[int, ProductId | None] = {NOWHERE: None}
    chosen = zip(rows[order].tolist(), (scores[order] / best).tolist(), seeds[order].tolist(), strict=True)
    return [Candidate(roster.id(row), score, named.get(seed) or _name(named, roster, seed)) for row, score, seed in chosen]


def _name(named: dict[int, ProductId | None], roster: Roster, seed: int) -> ProductId | None:
    if seed not in named:
        named[seed] = roster.id(seed)
    return named[seed]
