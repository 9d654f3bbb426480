"""Kin: from whom a product that is rarely met borrows. They read like it, cost about as much, and are met themselves."""

from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from gateway.index.graph import Graph
from gateway.index.nearest import Nearest
from gateway.index.neighbours import Vectors
from gateway.index.reader import scaled
from gateway.index.traits import Traits

SURE = 180  # visits past which kin would add less than a tenth
_MET = 20  # visits at which what kin lend is half believed
_LENDERS = 20
_KEENNESS = 4  # of cosines, which differ little among the nearest
_PRICE_STEP = 0.25  # ln of two prices: so far apart, kin count 1/e
_NO_PRICE = 0.5
_BLOCK = 8192


def kinship(near: Nearest, traits: Traits) -> Graph:
    """K [products, products], for whoever is met less than 180 times: cos⁴ · e^(−|ln(p/p′)|/¼) · n′/(n′ + 20) of the twenty in
    `near` for whom that is most, scaled so that a row sums to 1. A row is empty where nobody is kin.
    """
    products = len(traits.visits)
    doubtful = np.flatnonzero(traits.visits < SURE)
    found = [_lenders(near, traits, doubtful[first : first + _BLOCK]) for first in range(0, max(1, len(doubtful)), _BLOCK)]
    seeds, rows, shares = (np.concatenate(column) for column in zip(*found, strict=True))
    kin: Graph = sp.csr_array((shares, (seeds, rows)), shape=(products, products))
    return kin


def lent(walked: Vectors, kin: Graph, traits: Traits) -> Vectors:
    """The vectors, with those of kin for whoever nobody has met."""
    unmet = np.flatnonzero(traits.visits == 0)
    told = walked.copy()
    told[unmet] = scaled(kin[unmet] @ walked)
    return told


def _lenders(near: Nearest, traits: Traits, seeds: NDArray[np.int64]) -> tuple[NDArray[Any], NDArray[Any], NDArray[np.float32]]:
    """Seeds, lenders and shares, three columns."""
    rows, met = near.rows[seeds], traits.visits[near.rows[seeds]]
    weights = (
        np.where(rows >= 0, near.cosines[seeds], 0) ** _KEENNESS * _like_price(traits.price, seeds, rows) * met / (met + _MET)
    )
    first = np.argsort(-weights, axis=1, kind="stable")[:, :_LENDERS]
    rows, weights = np.take_along_axis(rows, first, axis=1), np.take_along_axis(weights, first, axis=1)
    total = weights.sum(axis=1, keepdims=True)
    shares = (weights / np.where(total > 0, total, 1)).astype(np.float32)
    at, places = np.nonzero(shares)
    return seeds[at], rows[at, places], shares[at, places]


def _like_price(price: NDArray[np.float64], seeds: NDArray[np.int64], rows: NDArray[np.int32]) -> NDArray[np.float64]:
    known = (price[seeds][:, None] > 0) & (price[rows] > 0)
    apart = np.abs(np.log(np.where(known, price[rows], 1) / np.where(known, price[seeds][:, None], 1)))
    return np.where(known, np.exp(-apart / _PRICE_STEP), _NO_PRICE)
