"""Bought after viewing: what those who looked at this bought in the end, in the same visit."""

import dataclasses
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gateway.index.material import Material
from gateway.index.proposals import Proposals, blocks, listed, tabled
from gateway.index.release import Release
from gateway.index.tables import Table, write_table
from gateway.index.traits import Traits
from gateway.strategies import also_viewed
from gateway.strategies.seeded import SeededTable

NAME = "bought_after_viewing"

_BOUGHT = 0.1  # what later purchases say beside what was looked at: there are few (docs/quality.md)
_KEENNESS = 0.15
_DOUBT = 10  # visits


def fit(material: Material, folder: Path) -> None:
    """Writes the table: the one of also_viewed, which must be there, leaning to what is bought, with the graph of later
    purchases. A shop in which nothing was bought after a look has an empty one.
    """
    viewed = Table(folder, also_viewed.NAME, material.extent.products, material.width)
    found = (_block(material, viewed, first, last) for first, last in blocks(material.extent.products))
    write_table(folder, NAME, (links.best(material.width) for links in found))


def _block(material: Material, viewed: Table, first: int, last: int) -> Proposals:
    bought = listed(material.after, first, last)
    bought = bought.only(material.traits.showable[bought.targets]).scaled()
    if not material.after.nnz:
        return bought
    looked = tabled(viewed, first, last)
    looked = looked.times(_sold(material.traits)[looked.targets]).scaled()
    return looked.added(dataclasses.replace(bought, scores=_BOUGHT * bought.scores))


def _sold(traits: Traits) -> NDArray[np.float64]:
    """How much a look is worth, by row: ((orders + 1) / (visits + 10))^0.15."""
    sold: NDArray[np.float64] = ((traits.orders + 1) / (traits.visits + _DOUBT)) ** _KEENNESS
    return sold


def load(release: Release) -> SeededTable:
    """The strategy over a release."""
    return SeededTable(release.roster, release.table(NAME))
