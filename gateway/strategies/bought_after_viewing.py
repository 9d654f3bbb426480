"""Bought after viewing: what those who looked at this bought in the end, in the same visit."""

from pathlib import Path

from gateway.index.material import Material
from gateway.index.proposals import blocks, listed
from gateway.index.release import Release
from gateway.index.tables import write_table
from gateway.strategies.seeded import SeededTable

NAME = "bought_after_viewing"


def fit(material: Material, folder: Path) -> None:
    """Writes the table: the graph of views and later purchases, as it is."""
    showable = material.traits.showable
    found = (listed(material.after, first, last) for first, last in blocks(material.extent.products))
    write_table(folder, NAME, (links.only(showable[links.targets]).best(material.width) for links in found))


def load(release: Release) -> SeededTable:
    """The strategy over a release."""
    return SeededTable(release.roster, release.table(NAME))
