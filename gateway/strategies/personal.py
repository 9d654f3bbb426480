"""Personal: from the visitor's last ten telling events. Nothing to fit: it reads also_viewed and the index."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from gateway.domain.event_type import Types
from gateway.domain.ranking import Candidate
from gateway.domain.visitor import History
from gateway.index.neighbours import Neighbours
from gateway.index.release import Release
from gateway.index.roster import NOWHERE, Roster
from gateway.index.tables import Table
from gateway.strategies import also_viewed
from gateway.strategies.strategy import Moment
from gateway.strategies.wanted import Wanted, add_up, candidates

NAME = "personal"

_EVENTS = 10
_DECAY = 0.8  # an event's say against the next newer one's
_NEAR = 100  # products asked of the index
_SEARCH = 4_000  # half a millisecond; a longer search finds more, but nothing that people then choose (docs/decisions)
_NEAR_SHARE = 0.1  # the table holds cosines already: more of them lost 3 % of the hits on real visits


@dataclass(frozen=True, slots=True)
class Personal:
    """The merged lists of what was looked at, and a little of what is near to the taste they make together."""

    roster: Roster
    table: Table
    neighbours: Neighbours

    def find(self, moment: Moment, count: int) -> list[Candidate]:
        """What the history leads to; never what made it, what was bought, or what the page is about."""
        tastes = self._tastes(moment.history, moment.types)
        if not tastes:
            return []
        bought = (event.product_id for event in moment.history if event.type == "purchase")
        shown = [row for row in map(self.roster.row, (*bought, *moment.context.seeds)) if row != NOWHERE]
        listed, near = self._listed(tastes).scaled(1 - _NEAR_SHARE), self._near(tastes).scaled(_NEAR_SHARE)
        wanted = add_up((part.rows, part.scores, part.seeds) for part in (listed, near))
        return candidates(wanted, self.roster, count, {*tastes, *shown})

    def _tastes(self, history: History, types: Types) -> Mapping[int, float]:
        """How much each product of the last telling events says, by row; the newest event that names one counts."""
        tastes: dict[int, float] = {}
        told = [(event, types[event.type].weight) for event in history if event.type in types]
        for place, (event, weight) in enumerate([each for each in told if each[1] > 0][:_EVENTS]):
            row = self.roster.row(event.product_id)
            if row != NOWHERE:
                tastes[row] = max(tastes.get(row, 0.0), weight * _DECAY**place)
        return tastes

    def _listed(self, tastes: Mapping[int, float]) -> Wanted:
        told = ((*self.table.neighbours(row), row, weight) for row, weight in tastes.items())
        return add_up((rows, scores * np.float32(weight), np.full(len(rows), row)) for rows, scores, row, weight in told)

    def _near(self, tastes: Mapping[int, float]) -> Wanted:
        vectors = ((self.neighbours.vector(row), weight) for row, weight in tastes.items())
        told = [vector * np.float32(weight) for vector, weight in vectors if vector is not None]
        found = self.neighbours.near(np.sum(told, axis=0, dtype=np.float32), _NEAR, _SEARCH) if told else []
        rows, cosines = (np.array(column) for column in zip(*found, strict=True)) if found else (np.empty(0), np.empty(0))
        return Wanted(rows.astype(np.int32), np.maximum(cosines, 0).astype(np.float32), np.full(len(rows), NOWHERE))


def load(release: Release) -> Personal:
    """The strategy over a release."""
    return Personal(release.roster, release.table(also_viewed.NAME), release.neighbours)
