"""How much of a catalog units were shown, and how much fewer of them would have been: figures of a set, not of a unit."""

import math
from collections.abc import Mapping


def expected_products(products: Mapping[int, int], units: int, sample: int) -> float:
    """How many different products a sample of so many units would have been shown, on average: S − Σ Q(k)·C(N−k, n)/C(N, n)
    (Hurlbert 1971; sample-based rarefaction, Colwell, Mao and Chang 2004). `products`: Q, how many products were shown to k
    units; `units`: N.

    Whoever looks at more units finds more products in them, so arms are compared at the size of the smallest.
    """
    seen = sum(products.values())
    if sample >= units:
        return float(seen)
    if sample <= 0:
        return 0.0
    return seen - math.fsum(count * _missed(units, k, sample) for k, count in products.items())


def _missed(units: int, k: int, sample: int) -> float:
    """How likely none of the k units is in the sample."""
    if k > units - sample:
        return 0.0
    ways = (
        math.lgamma(units - k + 1)
        - math.lgamma(units - k - sample + 1)
        - math.lgamma(units + 1)
        + math.lgamma(units - sample + 1)
    )
    return math.exp(ways)
