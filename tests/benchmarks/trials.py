"""Simulated experiments whose truth is known, as sums: 14 days, many at once, seeded."""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gateway.domain.experiment import OptimiserReward
from gateway.domain.optimising import Learnt, next_policy
from gateway.domain.statistics.bayes import believe
from gateway.domain.statistics.estimates import Estimate, mean, proportion
from gateway.domain.statistics.intervals import Comparison, compare
from gateway.domain.statistics.logged import Logged
from gateway.domain.statistics.look import Fixed
from gateway.domain.statistics.sequential import AlwaysValid, GroupSequential
from gateway.domain.statistics.sums import Sums

Trial = Sequence[tuple[Estimate, Estimate]]  # control and variant at each look
Array = NDArray[np.float64]

DAYS = 14
PER_DAY = 2000  # units an arm
RATE = 0.05
LIFT = 0.08
BELIEF = 0.95
READY = 0.1  # how readily users click on average: Beta(0.95, 8.55)


def conversions(random: np.random.Generator, trials: int, lift: float = 0.0, per_day: int = PER_DAY) -> Iterator[Trial]:
    """Units that convert or do not."""
    rates = np.array([RATE, RATE * (1 + lift)])[None, None, :]
    hits = random.binomial(per_day, rates, size=(trials, DAYS, 2)).cumsum(axis=1)
    for trial in hits:
        yield [
            (proportion(Sums.of_hits(n, int(a))), proportion(Sums.of_hits(n, int(b))))
            for n, (a, b) in zip(range(per_day, per_day * (DAYS + 1), per_day), trial, strict=True)
        ]


def revenues(random: np.random.Generator, trials: int) -> Iterator[Trial]:
    """Revenue per unit: nothing from most, log-normal orders from the rest, some of them ten times the median."""
    for _ in range(trials):
        orders = random.binomial(PER_DAY, RATE, size=2 * DAYS)
        amounts = random.lognormal(3.5, 1.0, int(orders.sum()))
        starts = np.concatenate([[0], orders.cumsum()[:-1]])
        sums = [np.add.reduceat(values, starts).reshape(DAYS, 2).cumsum(axis=0) for values in (amounts, amounts**2)]
        yield [
            (mean(Sums(n=n, y=float(y[0]), yy=float(q[0]))), mean(Sums(n=n, y=float(y[1]), yy=float(q[1]))))
            for n, y, q in zip(range(PER_DAY, PER_DAY * (DAYS + 1), PER_DAY), *sums, strict=True)
        ]


def peeked(trial: Trial) -> bool:
    """Whether a fixed test, looked at daily, was ever significant."""
    return any(compare(a, b, Fixed()).is_significant for a, b in trial)


def fixed(trial: Trial) -> bool:
    """Whether it was at the end."""
    return compare(*trial[-1], Fixed()).is_significant


def group_sequential(trial: Trial) -> bool:
    return any(found.is_significant for found in sequential_looks(trial))


def always_valid(trial: Trial) -> bool:
    return any(found.is_significant for found in valid_looks(trial))


def believed(trial: Trial) -> bool:
    """Whether the chance to win ever passed 95 % for either arm."""
    chances = [believe(compare(a, b, Fixed())).chance_to_win or 0.5 for a, b in trial]
    return any(max(chance, 1 - chance) > BELIEF for chance in chances)


def sequential_looks(trial: Trial) -> Iterator[Comparison]:
    for day, (a, b) in enumerate(trial, start=1):
        yield compare(a, b, GroupSequential(tuple(k / DAYS for k in range(1, day + 1))))


def valid_looks(trial: Trial) -> Iterator[Comparison]:
    planned = sum(arm.n for arm in trial[-1])
    for a, b in trial:
        yield compare(a, b, AlwaysValid(planned))


def shares(trials: Iterator[Trial], *found: Callable[[Trial], bool]) -> list[float]:
    """The share of experiments in which each of these came true."""
    return [float(x) for x in np.mean([[each(trial) for each in found] for trial in trials], axis=0)]


def clicks(random: np.random.Generator, trials: int, users: int = 2000) -> Iterator[tuple[Array, Array]]:
    """Clicks and views of each user of two equal arms, (2, users): some look at much, and some click more readily than others."""
    for _ in range(trials):
        views = random.geometric(0.2, (2, users))
        yield random.binomial(views, random.beta(0.95, 8.55, (2, users))).astype(float), views.astype(float)


def parts_of(clicked: Array, viewed: Array) -> Sums:
    """The sums of one arm's clicks and views."""
    return Sums(
        n=len(viewed), m=float(clicked.sum()), d=float(viewed.sum()), mm=float((clicked**2).sum()),
        dd=float((viewed**2).sum()), md=float((clicked * viewed).sum()),
    )  # fmt: skip


def histories(random: np.random.Generator, trials: int, effect: float, users: int = 2000) -> Iterator[tuple[Sums, Sums]]:
    """Two arms with what each user spent before: half of the variance is of the user."""
    for _ in range(trials):
        before = random.gamma(2.0, 10.0, (2, users))
        after = before + random.gamma(2.0, 10.0, (2, users)) + np.array([[0.0], [effect]])
        yield tuple(  # type: ignore[misc]
            Sums(n=users, y=float(y.sum()), yy=float(y @ y), x=float(x.sum()), xx=float(x @ x), xy=float(x @ y))
            for x, y in zip(before, after, strict=True)
        )


def tastes(random: np.random.Generator, trials: int, effect: float = 0.0, users: int = 2000) -> Iterator[tuple[Sums, Sums]]:
    """Clicks and views of each user of two arms, now and before: how readily somebody clicks is how readily they did. `effect`: how
    much more readily in the second arm, as a share.
    """
    for _ in range(trials):
        ready = random.beta(0.95, 8.55, (2, users))
        views, before = random.geometric(0.1, (2, users)), random.geometric(0.05, (2, users)) - 1
        clicked = random.binomial(views, np.minimum(ready * np.array([[1.0], [1 + effect]]), 1))
        had = random.binomial(before, ready)
        yield tuple(  # type: ignore[misc]
            Sums.of_parts(m.tolist(), d.tolist(), list(zip(p.tolist(), q.tolist(), strict=True)))
            for m, d, p, q in zip(clicked, views, had, before, strict=True)
        )


class Log(NamedTuple):
    """Of an optimiser, by batch and arm."""

    units: Array
    hits: Array
    shares: Array


def optimised(random: np.random.Generator, rates: Array, batches: int, per_batch: int) -> Log:
    """An optimiser of clicks as a server runs it, new weights after each batch."""
    arms = len(rates)
    learnt, shares = (Learnt(),) * arms, (1 / arms,) * arms
    log = Log(*(np.zeros((batches, arms)) for _ in range(3)))
    for batch in range(batches):
        log.shares[batch] = shares
        log.units[batch] = random.multinomial(per_batch, shares)
        log.hits[batch] = random.binomial(log.units[batch].astype(int), rates)
        matured = [Sums.of_hits(int(n), int(y)) for n, y in zip(log.units.sum(axis=0), log.hits.sum(axis=0), strict=True)]
        policy = next_policy(OptimiserReward.CLICK, learnt, matured)
        assert policy is not None, "a batch is enough"
        learnt, shares = policy.learnt, policy.weights
    return log


def logged(log: Log) -> list[Logged]:
    """The log as a server reads it, beside even weights."""
    even = 1 / log.units.shape[1]
    parts = zip(log.units.ravel(), log.hits.ravel(), log.shares.ravel(), strict=True)
    return [Logged(Sums.of_hits(int(n), int(y)), float(share), even) for n, y, share in parts]
