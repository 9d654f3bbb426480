"""A vector a product, for whoever has been looked at and whoever has not: [FastRP | 0.3 · content].

FastRP: Chen et al., "Fast and Accurate Network Embeddings via Very Sparse Random Projection" (CIKM 2019), here with a normal
projection, two hops, and no term of zero hops.
"""

import numpy as np

from gateway.index.graph import Graph
from gateway.index.neighbours import Vectors
from gateway.index.reader import scaled

DIMENSIONS = 128
_CONTENT = 0.3
_SEED = 20


def walk_vectors(walk: Graph) -> Vectors:
    """[products, 128] from the propagation A: Y₁ = l2(A·R), Y₂ = l2(A·Y₁), X = l2(Y₁ + 2·Y₂), R ~ N(0, 1/128)."""
    chance = np.random.default_rng(_SEED).normal(size=(walk.shape[0], DIMENSIONS), scale=DIMENSIONS**-0.5).astype(np.float32)
    near = scaled(walk @ chance)
    far = scaled(walk @ near)
    return scaled(near + 2 * far)


def joined(walked: Vectors, content: Vectors) -> Vectors:
    """Both side by side, of length 1; zero only where both are. A half that says nothing of any product is left out."""
    halves = [half for half in (walked, _CONTENT * content) if half.any()]
    return scaled(np.hstack(halves or [walked]))
