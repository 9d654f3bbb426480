"""Similar: what could stand in for this product. Also viewed, leaning to the same category and a like price."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gateway.index.material import Material
from gateway.index.proposals import Proposals, blocks, tabled
from gateway.index.release import Release
from gateway.index.tables import Table, write_table
from gateway.index.traits import Traits
from gateway.strategies import also_viewed
from gateway.strategies.seeded import SeededTable

NAME = "similar"

_SAME_CATEGORY = 1.2
_PRICE_BAND = 2.0  # half the price to double the price is alike; further off a product fades with the ratio


def fit(material: Material, folder: Path) -> None:
    """Writes the table: the one of also_viewed, which must be there, ranked anew by the leanings."""
    viewed = Table(folder, also_viewed.NAME, material.extent.products, material.width)
    found = (tabled(viewed, first, last) for first, last in blocks(material.extent.products))
    write_table(folder, NAME, (links.times(_leaning(links, material.traits)).best(material.width) for links in found))


def load(release: Release) -> SeededTable:
    """The strategy over a release."""
    return SeededTable(release.roster, release.table(NAME))


def _leaning(links: Proposals, traits: Traits) -> NDArray[np.float64]:
    """×1.2 in the same category; ×1 where the price is within [½, 2] or unknown, ×(2 / ratio) where it is further off."""
    leaf, price = traits.leaf, traits.price
    alike = (leaf[links.seeds] == leaf[links.targets]) & (leaf[links.seeds] >= 0)
    known = (price[links.seeds] > 0) & (price[links.targets] > 0)
    ratio = np.where(known, price[links.targets], 1) / np.where(known, price[links.seeds], 1)
    far = np.maximum(ratio, 1 / ratio)
    return np.where(alike, _SAME_CATEGORY, 1.0) * np.minimum(1.0, _PRICE_BAND / far)
