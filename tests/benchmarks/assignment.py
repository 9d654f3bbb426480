"""Assignment: what one more experiment on a page costs, and the oracle's answer to the same beside it."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from statistics import median
from time import perf_counter
from uuid import uuid4

from growthbook import Experiment as Theirs
from growthbook import GrowthBook

from gateway.domain.assignment import Subject, assign, holdout_of
from gateway.domain.experiment import Experiment, ExperimentKey, ExperimentStatus, ExperimentUnit, Phase, Variant
from gateway.domain.placement import PlacementId
from tests.benchmarks.find import Gate

MOST = 10.0
"""Microseconds at the median for an experiment, whatever it asks."""

_UNITS = 200  # a round, none of whom was seen before
_ROUNDS = 50
_SAID = {"market": "se", "device": "mobile", "pageType": "home", "visitor": {"tier": "gold", "app": "2.10.0"}, "context": {}}
_PHASE = Phase(1, "9b1deb4d3b7d4bad9bdd2b0d7b3dcb6d", datetime(2026, 5, 1, tzinfo=UTC))


def measure() -> Iterator[Gate]:
    """A plain experiment, and one with all that there is; holdout and layer are looked up once for all experiments of a visitor."""
    plain = _experiment()
    aimed = _experiment(condition={"market": "se", "visitor.app": {"$vgte": "2.9"}})
    whole = _experiment(layer_id="prices", ranges=((0.0, 1.0),), condition={"market": "se", "visitor.app": {"$vgte": "2.9"}})
    yield Gate("an experiment", _microseconds(lambda unit: _assigned(plain, unit, 0.0)), MOST, "µs")
    yield Gate("one with a condition", _microseconds(lambda unit: _assigned(aimed, unit, 0.0)), MOST, "µs")
    yield Gate(
        "a visitor's first with holdout, layer and condition",
        _microseconds(lambda unit: _assigned(whole, unit, 0.05)),
        None,
        "µs",
    )
    yield Gate("the same plain one by growthbook's own package", _microseconds(_by_the_oracle), None, "µs")


def _experiment(**told: object) -> Experiment:
    variants = (Variant("a", "A", 0.5), Variant("b", "B", 0.5))
    return Experiment(
        7, ExperimentKey("hero"), "Hero", (PlacementId("home_page.top"),), variants,
        status=ExperimentStatus.RUNNING, phase=_PHASE, **told,  # type: ignore[arg-type]
    )  # fmt: skip


def _assigned(experiment: Experiment, unit: str, held_out: float) -> object:
    return assign(experiment, Subject({ExperimentUnit.SESSION: unit}, _SAID), holdout_of("acme", held_out))


def _by_the_oracle(unit: str) -> object:
    theirs = Theirs("hero", [0, 1], seed=_PHASE.seed, weights=[0.5, 0.5], hashVersion=2)
    return GrowthBook(attributes={"id": unit}).run(theirs)


def _microseconds(act: Callable[[str], object]) -> float:
    """One call, at the median of many rounds."""
    times = []
    for _ in range(_ROUNDS):
        units = [uuid4().hex for _ in range(_UNITS)]
        started = perf_counter()
        for unit in units:
            act(unit)
        times.append((perf_counter() - started) / _UNITS)
    return median(times) * 1e6
