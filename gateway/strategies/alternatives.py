"""Alternatives: what to take instead of a product that is sold out. The same category, about the same price."""

from pathlib import Path

import numpy as np

from gateway.index.material import Material
from gateway.index.release import Release
from gateway.index.tables import NARROW, write_table
from gateway.strategies.seeded import SeededTable
from gateway.strategies.shelved import shelved

NAME = "alternatives"

_BAND = 1.5  # times as dear or as cheap: who wanted the one may pay for the other


def fit(material: Material, folder: Path) -> None:
    """Writes the table: similar products of the same category within the band of price, or whose price is unknown."""
    found = shelved(material, lambda ratio: np.isnan(ratio) | ((ratio >= 1 / _BAND) & (ratio <= _BAND)))
    write_table(folder, NAME, (links.best(min(NARROW, material.width)) for links, _ in found))


def load(release: Release) -> SeededTable:
    """The strategy over a release."""
    return SeededTable(release.roster, release.table(NAME))
