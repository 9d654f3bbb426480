"""A short run of what `make bench-statistics` measures at length: false alarms, power, coverage, health, the optimiser."""

import numpy as np
import pytest

from tests.benchmarks.statistics import PARTS, SEED


@pytest.mark.parametrize("part", [part for _, part in PARTS], ids=[part.__name__ for _, part in PARTS])
def test_every_promise_holds_in_simulated_experiments(part):
    found = list(part(np.random.default_rng([SEED, 100]), 200))
    assert found
    assert not [str(figure) for figure in found if not figure.holds]
