"""Does Annoy work on this processor? Asked in a process of its own, which a wheel built for another one would kill."""

import subprocess
import sys

import numpy as np
from annoy import AnnoyIndex

_PATIENCE = 60  # seconds
_VECTORS, _DIMENSIONS, _NEIGHBOURS = 200, 16, 10


def try_annoy() -> str | None:
    """Null where a small index is built and answers rightly; else what happened, in words. Blocks for a second."""
    try:
        done = subprocess.run(
            [sys.executable, "-m", "gateway.index.trial"], capture_output=True, text=True, timeout=_PATIENCE, check=False
        )
    except subprocess.TimeoutExpired:
        return f"it gave no answer in {_PATIENCE} seconds"
    if done.returncode < 0:
        return f"it died of signal {-done.returncode}: it was built for another processor"
    return done.stderr.strip().rpartition("\n")[2] or f"it exited {done.returncode}" if done.returncode else None


def _answers_rightly() -> bool:
    vectors = np.random.default_rng(1).normal(size=(_VECTORS, _DIMENSIONS))
    index = AnnoyIndex(_DIMENSIONS, "angular")
    index.set_seed(1)
    for number, vector in enumerate(vectors):
        index.add_item(number, vector.tolist())
    index.build(10, n_jobs=1)
    found = [index.get_nns_by_vector(vector.tolist(), _NEIGHBOURS, _VECTORS * 10) for vector in vectors]
    return all(near[0] == number and len(near) == _NEIGHBOURS for number, near in enumerate(found))


if __name__ == "__main__":
    sys.exit(None if _answers_rightly() else "its neighbours are wrong: it was compiled with unsafe floats")
