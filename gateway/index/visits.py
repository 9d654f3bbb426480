"""Steps of visitors in their order: which belong to one visit, which teach, and what each pair of them says."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gateway.index.groups import begins, place_in_group, starts_of

DAY = 86_400
SILENCE = 1800  # seconds that end the visit of whom no session id was given; and how far a day looks back over midnight
MANY = 5000  # steps of one visit in one day: nobody looks at more, what comes later is a machine
REACH = 10  # steps
FADING = (
    120.0  # days in which a step's say in a pair falls to 1/e, where its type says nothing else: its weight falls twice as fast
)
_IN_PAIRS = 2 / math.log(2)  # such days in a half-life

Numbers = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Steps:
    """Columns of one length, sorted by owner and then by time. `session`: the owner is a session. `chosen`: one in fifty of which
    the last new product is withheld. `own`: of the days in question, not of the half hour before. `half_life`: of the type, in
    days; 0 where it has none of its own. `source`: the row in the file.
    """

    owner: NDArray[np.uint64]
    session: Flags
    chosen: Flags
    moment: NDArray[np.float64]
    own: Flags
    product: NDArray[np.uint64]
    weight: NDArray[np.float32]
    bought: Flags
    half_life: NDArray[np.float64]
    source: Numbers

    def only(self, wanted: Flags) -> "Steps":
        """The steps that are wanted."""
        return Steps(*(getattr(self, name)[wanted] for name in self.__slots__))

    @property
    def day(self) -> Numbers:
        """Days since 1970, in UTC."""
        return (self.moment // DAY).astype(np.int64)


@dataclass(frozen=True, slots=True)
class Visits:
    """For each step the number of its visit, and of the visit's part that lies in one day; whether it is kept from the graphs."""

    visit: Numbers
    part: Numbers
    withheld: Flags


@dataclass(frozen=True, slots=True)
class Pairs:
    """What pairs of products pull, by day: columns of one length, each pair of a day once for each `rate`, the share by which it
    falls in a day.
    """

    day: Numbers
    first: NDArray[np.uint64]
    second: NDArray[np.uint64]
    pull: NDArray[np.float32]
    rate: NDArray[np.float32]


def without_machines(steps: Steps) -> Steps:
    """The steps without what comes past the 5,000th of a visit in a day."""
    return steps.only(place_in_group(_numbered(begins(steps.owner, steps.day))) < MANY)


def visits_of(steps: Steps) -> Visits:
    """Where visits begin and end: an owner's, cut by half an hour's silence where it is no session."""
    silent = (np.diff(steps.moment, prepend=steps.moment[:1]) > SILENCE) & ~steps.session
    visit = _numbered(begins(steps.owner) | silent)
    part = _numbered(begins(visit, steps.day))
    return Visits(visit, part, _closing(steps, part))


def pairs_of(steps: Steps, visits: Visits) -> tuple[Pairs, Pairs]:
    """What is looked at together (the smaller product first), and what is bought after a look; within ten steps, 1/distance."""
    reached = _Reached(steps, visits)
    together: list[_Met] = []
    after: list[_Met] = []
    for distance in range(1, min(REACH, len(steps.moment) - 1) + 1):
        met, one_way = reached.at(distance)
        after.append(met.only(one_way))
        together.append(met.ordered())
    return _summed(together, reached), _summed(after, reached)


class _Reached:
    """Steps as pairs need them. A weight is what it will be at the end of the later step's day: merging days only multiplies."""

    def __init__(self, steps: Steps, visits: Visits) -> None:
        self._steps, self._visits = steps, visits
        self.day = steps.day
        fading = np.where(steps.half_life > 0, steps.half_life * _IN_PAIRS, FADING)
        self._strength = np.sqrt(steps.weight) * np.exp(-((self.day + 1) - steps.moment / DAY) / fading)
        self._overnight = np.exp(-1 / fading)
        kinds, self._kind = np.unique(1 / fading, return_inverse=True)
        self.rates, told = np.unique(np.add.outer(kinds, kinds), return_inverse=True)
        self._rate = told.reshape(len(kinds), len(kinds))
        self._teaches = ~visits.withheld
        # A step before midnight counts for the day after if it is near; never of who is chosen: it may be the withheld one.
        self._near = ((self.day + 1) * DAY - steps.moment <= SILENCE) & ~steps.chosen
        self.codes, self._products = np.unique(steps.product, return_inverse=True)

    def at(self, distance: int) -> tuple["_Met", Flags]:
        """The pairs at one distance, and which of them lead from a look to a purchase."""
        early, late = slice(None, -distance), slice(distance, None)
        steps, visit, day = self._steps, self._visits.visit, self.day
        met = (visit[early] == visit[late]) & self._teaches[early] & self._teaches[late] & steps.own[late]
        met &= (self._products[early] != self._products[late]) & self._meet(early, late)
        at = np.flatnonzero(met)
        then = at + distance
        faded = np.where(day[at] == day[then], 1, self._overnight[at]) / distance
        pull = self._strength[at] * self._strength[then] * faded
        rate = self._rate[self._kind[at], self._kind[then]]
        return _Met(day[then], self._products[at], self._products[then], rate, pull), ~steps.bought[at] & steps.bought[then]

    def _meet(self, early: slice, late: slice) -> Flags:
        """Whether steps are of one day, or of two between which there was hardly a night."""
        apart: Numbers = self.day[late] - self.day[early]
        close: Flags = (apart == 0) | ((apart == 1) & self._near[early])
        return close


@dataclass(frozen=True, slots=True)
class _Met:
    """Pairs as they come: days, the codes of both products and of the rate, weights."""

    day: Numbers
    early: Numbers
    late: Numbers
    rate: Numbers
    pull: NDArray[np.float64]

    def only(self, wanted: Flags) -> "_Met":
        return _Met(self.day[wanted], self.early[wanted], self.late[wanted], self.rate[wanted], self.pull[wanted])

    def ordered(self) -> "_Met":
        return _Met(self.day, np.minimum(self.early, self.late), np.maximum(self.early, self.late), self.rate, self.pull)


def _summed(met: list[_Met], reached: _Reached) -> Pairs:
    """Each pair of a day once for each rate."""
    count, rates, began = max(len(reached.codes), 1), max(len(reached.rates), 1), int(reached.day.min(initial=1 << 30))
    empty = np.empty(0, np.int64)
    keys = np.concatenate([empty, *((((m.day - began) * count + m.early) * count + m.late) * rates + m.rate for m in met)])
    order = np.argsort(keys)
    keys, pull = keys[order], np.concatenate([empty, *(m.pull for m in met)])[order]
    starts = starts_of(keys)
    pull = np.add.reduceat(pull, starts) if len(starts) else pull
    rest, rate = np.divmod(keys[starts], rates)
    rest, second = np.divmod(rest, count)
    day, first = np.divmod(rest, count)
    falling = reached.rates[rate].astype(np.float32)
    return Pairs(day + began, reached.codes[first], reached.codes[second], pull.astype(np.float32), falling)


def _numbered(fresh: Flags) -> Numbers:
    """From whether each step begins something: the number of that something, of every step."""
    return np.cumsum(fresh) - 1


def _closing(steps: Steps, part: Numbers) -> Flags:
    """Whether a step is on the last new product of its part of a chosen visit; not where that is the only product."""
    withheld = np.zeros(len(part), np.bool_)
    at = np.flatnonzero(steps.chosen & steps.own)
    order = np.lexsort((at, steps.product[at], part[at]))
    parts, products = part[at][order], steps.product[at][order]
    starts = starts_of(parts, products)
    opened = np.repeat(at[order][starts], np.diff(np.r_[starts, len(parts)]))  # the step at which each product came
    last, first = np.zeros(len(part), np.int64), np.full(len(part), len(part))
    np.maximum.at(last, parts, opened)
    np.minimum.at(first, parts, opened)
    withheld[at[order]] = (opened == last[parts]) & (last[parts] > first[parts])
    return withheld
