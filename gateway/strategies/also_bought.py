"""Also bought: what goes with this product. The order graph and a little of the view graph, without more of the same."""

import dataclasses
from pathlib import Path

from gateway.index.material import Material
from gateway.index.proposals import Proposals, blocks, cosines, listed
from gateway.index.release import Release
from gateway.index.tables import write_table
from gateway.strategies.seeded import SeededTable

NAME = "also_bought"

_NEAR_DUPLICATE = 0.95  # cosine of what two products say of themselves
_SECOND_SAY = 0.3  # of what was looked at together, beside what was bought together


def fit(material: Material, folder: Path) -> None:
    """Writes the table."""
    found = (_block(material, first, last) for first, last in blocks(material.extent.products))
    write_table(folder, NAME, (links.best(material.width) for links in found))


def load(release: Release) -> SeededTable:
    """The strategy over a release."""
    return SeededTable(release.roster, release.table(NAME))


def _block(material: Material, first: int, last: int) -> Proposals:
    bought = _complements(material, listed(material.orders, first, last)).scaled()
    viewed = _complements(material, listed(material.views, first, last)).scaled()
    return bought.added(dataclasses.replace(viewed, scores=_SECOND_SAY * viewed.scores))


def _complements(material: Material, links: Proposals) -> Proposals:
    """The strongest links that lead to something else: another category of its own, other words."""
    leaf = material.traits.leaf
    same = (leaf[links.seeds] == leaf[links.targets]) & (leaf[links.seeds] >= 0)
    other = links.only(~same & material.traits.showable[links.targets]).shortened(2 * material.width)
    return other.only(cosines(material.content, other.seeds, other.targets) <= _NEAR_DUPLICATE)
