"""What stands on a product's own shelf: the links that upsell and alternatives choose from."""

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from gateway.index.material import Material
from gateway.index.proposals import Proposals, blended, blocks

Ratio = NDArray[np.float64]
"""A price over the seed's, a link each; not a number where one of the two is unknown."""


def shelved(material: Material, fits: Callable[[Ratio], NDArray[np.bool_]]) -> Iterator[tuple[Proposals, Ratio]]:
    """Block by block the links of `similar`, all of them, to products of the seed's own category whose price fits."""
    leaf, price = material.traits.leaf, material.traits.price

    def ratio(links: Proposals) -> Ratio:
        known = (price[links.seeds] > 0) & (price[links.targets] > 0)
        return np.where(known, price[links.targets], np.nan) / np.where(known, price[links.seeds], 1)

    def stands(links: Proposals) -> NDArray[np.bool_]:
        alike = (leaf[links.seeds] == leaf[links.targets]) & (leaf[links.seeds] >= 0)
        wanted: NDArray[np.bool_] = alike & material.traits.showable[links.targets] & fits(ratio(links))
        return wanted

    for first, last in blocks(material.extent.products):
        links = blended(material, first, last, stands)
        yield links, ratio(links)
