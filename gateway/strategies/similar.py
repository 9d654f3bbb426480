"""Similar: what could stand in for this product. Also viewed, leaning to the same category and a like price."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gateway.index.material import Material, Traits
from gateway.index.proposals import Proposals, blended, blocks
from gateway.index.release import Release
from gateway.index.tables import write_table
from gateway.strategies.seeded import SeededTable

NAME = "similar"

_SAME_CATEGORY = 1.2
_PRICE_BAND = 2.0  # half the price to double the price is alike; further off a product fades with the ratio


def fit(material: Material, folder: Path) -> None:
    """Writes the table: the blend of also_viewed by the leanings."""
    showable = material.traits.showable
    found = (
        blended(material.views, material.nearest, material.vectors, first, last)
        for first, last in blocks(material.extent.products)
    )
    allowed = (links.only(showable[links.targets]) for links in found)
    write_table(folder, NAME, (links.times(_leaning(links, material.traits)).best(material.width) for links in allowed))


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
