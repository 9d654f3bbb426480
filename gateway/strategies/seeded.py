"""Strategies that are a table, looked up for the products a page is about."""

from dataclasses import dataclass

import numpy as np

from gateway.domain.ranking import Candidate
from gateway.index.roster import NOWHERE, Roster
from gateway.index.tables import Table
from gateway.strategies.strategy import Moment
from gateway.strategies.wanted import add_up, candidates

MAX_SEEDS = 15  # a cart may hold more; past these the answer hardly changes and the time does


@dataclass(frozen=True, slots=True)
class SeededTable:
    """Several seeds: the sum of their lists, each list's best at 1."""

    roster: Roster
    table: Table

    def find(self, moment: Moment, count: int) -> list[Candidate]:
        """The seeds' neighbours, never a seed itself; none where no seed is known to the release."""
        rows = [row for row in map(self.roster.row, moment.context.seeds) if row != NOWHERE]
        told = ((*self.table.neighbours(row), row) for row in rows[:MAX_SEEDS])
        wanted = add_up((found, scores, np.full(len(found), row)) for found, scores, row in told)
        return candidates(wanted, self.roster, count, rows)
