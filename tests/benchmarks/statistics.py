"""Whether the statistics keep their promises: `python -m tests.benchmarks.statistics [EXPERIMENTS]`. Ends with 1 where one is broken.

Simulated experiments whose truth is known, all of them through the sums that a server keeps. A gate is what was measured for
the design, give or take three standard errors of the experiments simulated.
"""

import math
import sys
import time
from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
from scipy.special import ndtr

from gateway.domain.statistics.estimates import Kind, cuped, mean, proportion, ratio
from gateway.domain.statistics.health import sample_ratio
from gateway.domain.statistics.intervals import compare
from gateway.domain.statistics.logged import gain
from gateway.domain.statistics.look import Fixed
from gateway.domain.statistics.noninferiority import guard
from gateway.domain.statistics.power import Design, inflation_always_valid, inflation_sequential, units_needed
from gateway.domain.statistics.sums import Sums
from tests.benchmarks import trials

TRIALS = 1000
SEED = 20_261_121
ERRORS = 3  # standard errors that a gate gives
ARMS = np.array([0.040, 0.042, 0.043, 0.040, 0.050])  # served evenly they lose 14 %
BATCHES, PER_BATCH = 56, 1500


class Figure(NamedTuple):
    """A measured share between its bounds, both included."""

    name: str
    value: float
    low: float
    high: float

    @property
    def holds(self) -> bool:
        return self.low <= self.value <= self.high

    def __str__(self) -> str:
        return f"  {self.name:<62} {self.value:7.2%}   {self.low:6.1%} – {self.high:6.1%}  {'holds' if self.holds else 'MISSED'}"


def near(name: str, value: float, least: float, most: float, count: int) -> Figure:
    """A gate around what is expected, with the errors of so many experiments."""
    error = ERRORS * math.sqrt(max(most * (1 - most), least * (1 - least)) / count)
    return Figure(name, value, max(0.0, least - error), min(1.0, most + error))


def false_alarms(random: np.random.Generator, count: int) -> Iterator[Figure]:
    """Two arms that are the same, looked at daily, at 5 %."""
    modes = (trials.fixed, trials.peeked, trials.group_sequential, trials.always_valid, trials.believed)
    found = trials.shares(trials.conversions(random, count), *modes)
    yield near("conversion: fixed, one look at the end", found[0], 0.05, 0.05, count)
    yield near("conversion: the same test, peeked at daily", found[1], 0.22, 0.22, count)
    yield near("conversion: group sequential, 14 looks", found[2], 0.049, 0.049, count)
    yield near("conversion: always valid, 14 looks", found[3], 0.011, 0.011, count)
    yield near("conversion: chance to win past 95 %, 14 looks", found[4], 0.35, 0.39, count)
    found = trials.shares(trials.revenues(random, count), *modes[2:4])
    yield near("revenue per unit: group sequential", found[0], 0.0, 0.05, count)
    yield near("revenue per unit: always valid", found[1], 0.0, 0.022, count)


def ratios(random: np.random.Generator, count: int) -> Iterator[Figure]:
    """Click-through where users differ: views of one user are not independent."""
    naive = delta = 0
    for clicked, viewed in trials.clicks(random, count):
        m, d = clicked.sum(axis=1), viewed.sum(axis=1)
        pooled = m.sum() / d.sum()
        z = (m[1] / d[1] - m[0] / d[0]) / math.sqrt(pooled * (1 - pooled) * (1 / d).sum())
        naive += 2 * ndtr(-abs(z)) < 0.05
        delta += compare(*(ratio(trials.parts_of(*arm)) for arm in zip(clicked, viewed, strict=True)), Fixed()).is_significant
    yield near("click-through: a z-test that counts views", naive / count, 0.14, 0.14, count)
    yield near("click-through: the delta method over users", delta / count, 0.048, 0.048, count)
    yield from _freed_ratios(random, count)


def _freed_ratios(random: np.random.Generator, count: int) -> Iterator[Figure]:
    """The same of users who clicked before as readily as they do now, that past taken out; and a tenth more clicks in one arm."""
    wrong, less, held = 0, [], 0
    for arms in trials.tastes(random, count):
        adjusted = cuped(arms, Kind.RATIO)
        wrong += compare(*adjusted.arms, Fixed()).is_significant
        less.append(adjusted.reduction)
    for arms in trials.tastes(random, count, effect=0.1):
        found = compare(*cuped(arms, Kind.RATIO).arms, Fixed())
        held += found.interval is not None and not found.interval.excludes(0.1 * trials.READY)
    yield near("click-through: the past taken out (CUPED)", wrong / count, 0.05, 0.05, count)
    yield near("interval of 95 %: click-through after CUPED", held / count, 0.95, 0.95, count)
    yield Figure("click-through: of its variance CUPED takes out", float(np.mean(less)), 0.1, 0.2)


def power(random: np.random.Generator, count: int) -> Iterator[Figure]:
    """A real effect of +8 %, with 28,000 units an arm, and with as many as are planned for 80 %."""
    modes = (trials.fixed, trials.group_sequential, trials.always_valid)
    found = trials.shares(trials.conversions(random, count, trials.LIFT), *modes)
    yield near("power at +8 %: fixed", found[0], 0.57, 0.57, count)
    yield near("power at +8 %: group sequential", found[1], 0.53, 0.55, count)
    yield near("power at +8 %: always valid", found[2], 0.20, 0.25, count)
    raised = trials.RATE * (1 + trials.LIFT)
    for name, inflation, mode, most in (
        ("fixed", 1.0, modes[0], 0.80), ("group sequential", inflation_sequential(trials.DAYS), modes[1], 0.80),
        ("always valid", inflation_always_valid(), modes[2], 0.88),
    ):  # fmt: skip
        design = Design(trials.RATE * (1 - trials.RATE), raised * (1 - raised), inflation=inflation)
        size = units_needed(design, raised - trials.RATE)
        per_day = math.ceil((size.variant or 0) / trials.DAYS)
        (share,) = trials.shares(trials.conversions(random, count, trials.LIFT, per_day), mode)
        yield near(f"planned for 80 %, {name}, {size.total:,} units (× {inflation:.2f})", share, 0.80, most, count)


def coverage(random: np.random.Generator, count: int) -> Iterator[Figure]:
    """How often an interval holds the truth: at one look, and at every look of an experiment."""
    truth = trials.RATE * trials.LIFT
    held = {"difference of conversions": 0, "lift (Fieller)": 0, "group sequential": 0, "always valid": 0}
    for trial in trials.conversions(random, count, trials.LIFT):
        found = compare(*trial[-1], Fixed())
        held["difference of conversions"] += not (found.interval and found.interval.excludes(truth))
        held["lift (Fieller)"] += not (found.lift_interval and found.lift_interval.excludes(trials.LIFT))
        for name, looks in (("group sequential", trials.sequential_looks), ("always valid", trials.valid_looks)):
            held[name] += not any(each.interval and each.interval.excludes(truth) for each in looks(trial))
    for name in list(held)[:2]:
        yield near(f"interval of 95 %: {name}", held[name] / count, 0.95, 0.95, count)
    for name in list(held)[2:]:
        yield near(f"intervals of all 14 looks: {name}", held[name] / count, 0.95, 1.0, count)
    plain = adjusted = 0
    for arms in trials.histories(random, count, effect=1.5):
        plain += not (found := compare(mean(arms[0]), mean(arms[1]), Fixed())).interval or not found.interval.excludes(1.5)
        now = compare(*cuped(arms).arms, Fixed())
        adjusted += not now.interval or not now.interval.excludes(1.5)
    yield near("interval of 95 %: mean", plain / count, 0.95, 0.95, count)
    yield near("interval of 95 %: mean, the past taken out (CUPED)", adjusted / count, 0.95, 0.95, count)


def health(random: np.random.Generator, count: int) -> Iterator[Figure]:
    """100,000 units split 52 to 48 and 50 to 50; and a guardrail that is exactly as bad as its margin."""
    for share, least, most in ((0.52, 1.0, 1.0), (0.50, 0.0, 0.001)):
        splits = [(int(a), 100_000 - int(a)) for a in random.binomial(100_000, share, count)]
        alarms = np.mean([sample_ratio(split, [1, 1]).alarms for split in splits])
        yield near(f"split {share:.0%} of 100,000: alarm", float(alarms), least, most, count)
    passed = 0
    for a, b in zip(random.binomial(50_000, 0.1, count), random.binomial(50_000, 0.098, count), strict=True):
        arms = [proportion(Sums.of_hits(50_000, int(hits))) for hits in (a, b)]
        passed += guard(arms[0], arms[1], 0.02, Fixed()).is_noninferior
    yield near("guardrail 2 % worse, margin 2 %: passes", passed / count, 0.025, 0.025, count)


def optimiser(random: np.random.Generator, count: int) -> Iterator[Figure]:
    """Five strategies, 56 batches, as a server weighs them: what is lost against always serving the best, how far off each way to
    read the log is, and how often the interval of what the optimiser is worth holds the truth.
    """
    runs = max(20, count // 5)
    lost, naive, weighted, held = [], [], [], 0
    for _ in range(runs):
        log = trials.optimised(random, ARMS, BATCHES, PER_BATCH)
        units, hits, each = (np.array(part) for part in (log.units, log.hits, log.hits / log.shares))
        lost.append(1 - units.sum(axis=0) @ ARMS / (units.sum() * ARMS.max()))
        naive.append(hits.sum(axis=0) / units.sum(axis=0) / ARMS - 1)
        weighted.append(each.sum(axis=0) / units.sum() / ARMS - 1)
        worth = gain(trials.logged(log)).difference
        truth = float((log.shares @ ARMS).mean() - ARMS.mean())
        held += bool(worth and worth.interval and not worth.interval.excludes(truth))
    yield Figure("optimiser: lost against the best arm (evenly served: 14 %)", float(np.mean(lost)), 0.0, 0.07)
    yield Figure("optimiser: bias of the worst arm's plain mean", float(np.mean(naive, axis=0).min()), -0.10, -0.01)
    bias, error = np.mean(weighted, axis=0), np.std(weighted, axis=0, ddof=1) / math.sqrt(runs)
    worst = int(np.abs(bias / error).argmax())
    yield Figure(
        "optimiser: bias of the worst arm's weighted mean (IPS)",
        float(bias[worst]),
        max(-0.016, -ERRORS * error[worst]) if runs >= TRIALS // 5 else -ERRORS * error[worst],
        min(0.016, ERRORS * error[worst]) if runs >= TRIALS // 5 else ERRORS * error[worst],
    )
    yield near("optimiser: interval of what it is worth holds the truth", held / runs, 0.95, 0.95, runs)


PARTS: tuple[tuple[str, Callable[[np.random.Generator, int], Iterator[Figure]]], ...] = (
    ("False alarms at 5 %, nothing different", false_alarms), ("Ratios, nothing different", ratios), ("Power", power),
    ("Coverage", coverage), ("Health", health), ("The optimiser", optimiser),
)  # fmt: skip


def main() -> int:
    """Prints each figure beside its gate."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else TRIALS
    began, missed = time.perf_counter(), 0
    for place, (title, part) in enumerate(PARTS):
        sys.stdout.write(f"{title} ({count:,} experiments)\n")
        for figure in part(np.random.default_rng([SEED, place]), count):
            sys.stdout.write(f"{figure}\n")
            sys.stdout.flush()
            missed += not figure.holds
    sys.stdout.write(f"{time.perf_counter() - began:.0f} s; {missed} missed\n")
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main())
