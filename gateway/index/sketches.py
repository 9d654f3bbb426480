"""A short vector a product, for telling what is alike in a list that is already short: 64 numbers instead of 256."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gateway.index.manifest import BadRelease
from gateway.index.mapped import map_array

DIMENSIONS = 64  # cosines come out within ±0.12 of the true ones, two thirds of the time: enough for «much the same»

_NAME = "sketches.f16"
_SEED = 20
_BLOCK = 8192
_ROUNDING = 1e-2


class Sketches:
    """[products, 64], each row of length 1, or zero where the product has no vector."""

    def __init__(self, folder: Path, products: int) -> None:
        self._rows: NDArray[np.float16] = map_array(folder / _NAME, np.float16, (products, DIMENSIONS))

    def of(self, rows: NDArray[np.integer]) -> NDArray[np.float32]:
        """The sketches of some rows."""
        sketches: NDArray[np.float32] = self._rows[rows].astype(np.float32)
        return sketches

    def check(self) -> None:
        """BadRelease where a row is neither of length 1 nor zero."""
        for first in range(0, len(self._rows), _BLOCK):
            length = np.linalg.norm(self._rows[first : first + _BLOCK].astype(np.float32), axis=1)
            if not ((np.abs(length - 1) < _ROUNDING) | (length == 0)).all():
                raise BadRelease(f"{_NAME} has rows that are no vectors of length 1")


def write_sketches(folder: Path, vectors: NDArray[np.float32]) -> None:
    """Writes a seeded random projection of the vectors (Johnson and Lindenstrauss: it keeps angles, nearly)."""
    chance = np.random.default_rng(_SEED).normal(size=(vectors.shape[1], DIMENSIONS)).astype(np.float32)
    with (folder / _NAME).open("wb") as file:
        for first in range(0, len(vectors), _BLOCK):
            short = vectors[first : first + _BLOCK] @ chance
            length = np.linalg.norm(short, axis=1, keepdims=True)
            file.write((short / np.where(length > 0, length, 1)).astype(np.float16).data)
