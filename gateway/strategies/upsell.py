"""Upsell: the same kind of thing, a step up. Similar products of the category for 1.1 to 2 times the price."""

from pathlib import Path

import numpy as np

from gateway.index.material import Material
from gateway.index.release import Release
from gateway.index.tables import NARROW, write_table
from gateway.strategies.seeded import SeededTable
from gateway.strategies.shelved import shelved

NAME = "upsell"

_LEAST, _MOST = 1.1, 2.0  # times the seed's price
_BEST = 0.3  # the logarithm of the best step: a third more than the seed costs; half and double fade by e^(−1)


def fit(material: Material, folder: Path) -> None:
    """Writes the table: score × exp(−|ln(p/p₀) − 0.3| / 0.3), p₀ the price of the seed; both prices must be known."""
    found = shelved(material, lambda ratio: (ratio >= _LEAST) & (ratio <= _MOST))
    leaning = ((links, np.exp(-np.abs(np.log(ratio) - _BEST) / _BEST)) for links, ratio in found)
    write_table(folder, NAME, (links.times(step).best(min(NARROW, material.width)) for links, step in leaning))


def load(release: Release) -> SeededTable:
    """The strategy over a release."""
    return SeededTable(release.roster, release.table(NAME))
