"""What things cost in the example shop, as shops write prices."""

import math
from random import Random

from gateway.demo.shelves.shelf import Brand, Kind, Shelf
from gateway.domain.catalog import Money

KRONOR_A_EURO = 11.3
_SALES = (0.15, 0.2, 0.25, 0.3, 0.4)
_ON_SALE = 0.18  # the share of models


def draw_price(shelf: Shelf, kind: Kind, brand: Brand, rng: Random) -> float:
    """A price in kronor, before it is made handsome: cheap things are more common than dear ones."""
    low, high = shelf.price
    return low * math.exp(math.log(high / low) * rng.betavariate(1.7, 2.3)) * kind.factor * brand.level


def draw_sale(rng: Random) -> float | None:
    """The part of the price that is taken off, for the few models on sale."""
    return rng.choice(_SALES) if rng.random() < _ON_SALE else None


def in_kronor(price: float) -> Money:
    """249, 890, 12 900: kronor end in nines and are never counted in öre."""
    if price < 400:  # noqa: PLR2004  (small prices move by tens)
        whole = max(1, round(price / 10)) * 10 - 1
    elif price < 2000:  # noqa: PLR2004
        whole = round(price / 50) * 50 - (1 if price < 1000 else 10)  # noqa: PLR2004
    else:
        whole = round(price / 100) * 100 - 10
    return Money(whole * 100, "SEK")


def in_euros(price: float) -> Money:
    """19.95, 89.00, 1 149.00: from a price in kronor."""
    euros = price / KRONOR_A_EURO
    if euros < 60:  # noqa: PLR2004  (small prices keep their cents)
        return Money(max(1, round(euros)) * 100 - 5, "EUR")
    step = 5 if euros < 200 else 10  # noqa: PLR2004
    return Money((round(euros / step) * step - 1) * 100, "EUR")
