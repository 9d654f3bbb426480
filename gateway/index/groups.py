"""Runs of equal values in a sorted column."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


def begins(*columns: NDArray[Any]) -> NDArray[np.bool_]:
    """Whether an element differs from the one before in any of these columns; the first does."""
    found = np.zeros(len(columns[0]), np.bool_)
    found[:1] = True
    for column in columns:
        found[1:] |= column[1:] != column[:-1]
    return found


def starts_of(*columns: NDArray[Any]) -> NDArray[np.int64]:
    """Where each run begins."""
    return np.flatnonzero(begins(*columns))


def place_in_group(groups: NDArray[Any]) -> NDArray[np.int64]:
    """For sorted group numbers, the place of each element inside its group, from 0."""
    starts = starts_of(groups)
    return np.arange(len(groups)) - np.repeat(starts, np.diff(np.r_[starts, len(groups)]))
