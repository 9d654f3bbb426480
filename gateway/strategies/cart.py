"""Cart: what completes these products together. The order lists of all of them, and not ten of one kind."""

import dataclasses
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from gateway.domain.ranking import Candidate
from gateway.index.groups import place_in_group
from gateway.index.leaves import NONE, Leaves
from gateway.index.material import Material
from gateway.index.proposals import Proposals, blocks, listed, tabled
from gateway.index.release import Release
from gateway.index.roster import NOWHERE, Roster
from gateway.index.tables import Table, write_table
from gateway.strategies import also_bought
from gateway.strategies.seeded import MAX_SEEDS
from gateway.strategies.strategy import Moment
from gateway.strategies.wanted import Wanted, add_up, candidates

NAME = "cart"
PER_CATEGORY = "per_category"
"""The parameter that says how many products one category may have; 0: as many as there are."""

_PER_CATEGORY = 2
_SECOND_CHOICE = 0.1  # of the best: what also_bought falls back on stands behind nearly all that shared an order


def fit(material: Material, folder: Path) -> None:
    """Writes the table: the order graph, behind it the table of also_bought, which must be there."""
    complements = Table(folder, also_bought.NAME, material.extent.products, material.width)
    found = (_block(material, complements, first, last) for first, last in blocks(material.extent.products))
    write_table(folder, NAME, (links.best(material.width) for links in found))


def _block(material: Material, complements: Table, first: int, last: int) -> Proposals:
    ordered = listed(material.orders, first, last)
    ordered = ordered.only(material.traits.showable[ordered.targets]).scaled()
    behind = tabled(complements, first, last)
    return ordered.joined(dataclasses.replace(behind, scores=_SECOND_CHOICE * behind.scores))


@dataclass(frozen=True, slots=True)
class Cart:
    """The sum of the seeds' lists, each list's best at 1, none older than another."""

    roster: Roster
    table: Table
    leaves: Leaves

    def find(self, moment: Moment, count: int) -> list[Candidate]:
        """What goes with the seeds, at most two of a category; none where no seed is known to the release."""
        seeds = [row for row in map(self.roster.row, moment.context.seeds) if row != NOWHERE]
        told = ((*self.table.neighbours(row), row) for row in seeds[:MAX_SEEDS])
        wanted = add_up((rows, scores, np.full(len(rows), row)) for rows, scores, row in told)
        said = str(moment.parameters.get(PER_CATEGORY))
        most = int(said) if said.isdecimal() else _PER_CATEGORY
        return candidates(self._mixed(wanted, seeds, most) if most else wanted, self.roster, count, seeds)

    def _mixed(self, wanted: Wanted, seeds: list[int], most: int) -> Wanted:
        """The `most` best of each category that are no seeds, and all that stand in none."""
        leaves = self.leaves.numbers(wanted.rows)
        scores = np.where(np.isin(wanted.rows, seeds), 0, wanted.scores)
        order = np.lexsort((wanted.rows, -scores, leaves))
        kept = order[(place_in_group(leaves[order]) < most) | (leaves[order] == NONE)]
        return Wanted(wanted.rows[kept], wanted.scores[kept], wanted.seeds[kept])


def load(release: Release) -> Cart:
    """The strategy over a release."""
    return Cart(release.roster, release.table(NAME), release.leaves)
