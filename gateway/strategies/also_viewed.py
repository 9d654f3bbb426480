"""Also viewed: who looked at this looked at those. The view graph, as lists and as vectors."""

from pathlib import Path

from gateway.index.material import Material
from gateway.index.proposals import blended, blocks
from gateway.index.release import Release
from gateway.index.tables import write_table
from gateway.strategies.seeded import SeededTable

NAME = "also_viewed"


def fit(material: Material, folder: Path) -> float:
    """Writes the table of lists and cosines blended; the share of products that lead to another."""
    showable = material.traits.showable
    found = (blended(material, first, last) for first, last in blocks(material.extent.products))
    return write_table(folder, NAME, (links.only(showable[links.targets]).best(material.width) for links in found))


def load(release: Release) -> SeededTable:
    """The strategy over a release."""
    return SeededTable(release.roster, release.table(NAME))
