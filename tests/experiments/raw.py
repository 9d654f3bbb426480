"""A shop's days made at random, and what each metric comes to by going through what happened: no table of ours is asked."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Any

from gateway.domain.statistics.estimates import Estimate, Kind, cuped, estimate
from gateway.domain.statistics.sums import Sums
from tests.experiments.telling import DAY, HOUR, NOW

WINDOW = DAY
PAST = 28 * DAY
IDS = {"SESSION": "sessionId", "VISITOR": "visitorId", "USER": "userId"}
STARS_CAP = 6.0
SEK, EUR = 1, 11.5

Did = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a cookie and an account, in two visits. `eager`: how likely they do anything."""

    name: str
    eager: float

    def unit(self, kind: str, visit: int = 0) -> str:
        return self.session(visit) if kind == "SESSION" else self.name

    def session(self, visit: int) -> str:
        return f"{self.name}-{visit}"


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that happened. `kept`: of an order, what was not taken back; `paid` in minor units of kronor."""

    kind: str
    person: Person
    visit: int
    at: datetime
    paid: int = 0
    kept: int = 0
    value: float = 0.0


def people(rng: Random, number: int) -> list[Person]:
    return [Person(f"p{each}", rng.betavariate(2, 3)) for each in range(number)]


def days(rng: Random, everyone: Sequence[Person]) -> tuple[list[Deed], list[dict[str, Any]]]:
    """What they did in the last four days, and the same as it is told."""
    deeds, told = [], []
    for person in everyone:
        for visit in (0, 1):
            for number in range(rng.randint(1, 7)):
                at = NOW - HOUR - rng.random() * 4 * DAY
                deed, events = _deed(rng, person, visit, at, f"{person.session(visit)}-{number}")
                deeds.append(deed)
                told += events
    rng.shuffle(told)
    return deeds, told


def _deed(rng: Random, person: Person, visit: int, at: datetime, named: str) -> tuple[Deed, list[dict[str, Any]]]:
    who = {"sessionId": person.session(visit), "visitorId": person.name, "userId": person.name}
    told = {"id": named, "time": at.isoformat(), "productId": "boot", **who}
    kind = rng.choices(
        ("impression", "click", "add_to_cart", "rating", "purchase"), (3, 4 * person.eager, 2 * person.eager, 1, 6 * person.eager)
    )[0]
    if kind == "rating":
        value = rng.choice((1.5, 3.0, 4.25))
        return Deed(kind, person, visit, at, value=value), [{**told, "type": kind, "value": value}]
    if kind != "purchase":
        return Deed(kind, person, visit, at), [{**told, "type": kind}]
    return _order(rng, Deed(kind, person, visit, at), {**told, "type": kind, "orderId": f"o-{named}"})


def _order(rng: Random, deed: Deed, told: dict[str, Any]) -> tuple[Deed, list[dict[str, Any]]]:
    """One to three pieces in either currency, some of them taken back later."""
    quantity, currency, rate = rng.randint(1, 3), *rng.choice((("SEK", SEK), ("EUR", EUR)))
    price = 2 * rng.randint(500, 20_000)
    line = {"productId": told.pop("productId"), "quantity": quantity}
    events = [{**told, "lines": [{**line, "unitPrice": {"minorUnits": price, "currency": currency}}]}]
    back = rng.choice((0, 0, 0, 1, quantity))
    if back:
        later = min(NOW, deed.at + rng.random() * 2 * DAY)
        refund = {"id": f"r-{told['id']}", "type": "refund", "time": later.isoformat(), "lines": [{**line, "quantity": back}]}
        events.append({**told, **refund})
    kept = quantity - back
    return Deed(deed.kind, deed.person, deed.visit, deed.at, round(kept * price * rate), kept), events


@dataclass(frozen=True, slots=True)
class Met:
    """A person who met a variant in a visit."""

    person: Person
    visit: int
    variant: int
    at: datetime


def meetings(rng: Random, everyone: Sequence[Person]) -> list[Met]:
    """Each meets a variant that a coin chose, some time in the last days."""
    return [Met(each, rng.randrange(2), rng.randrange(2), NOW - 25 * HOUR - rng.random() * 2.5 * DAY) for each in everyone]


class Books:
    """All that happened, by who did it."""

    def __init__(self, deeds: Sequence[Deed]) -> None:
        self._of: dict[str, list[Deed]] = defaultdict(list)
        for deed in deeds:
            self._of[deed.person.name].append(deed)

    def amounts(self, kind: str, met: Met, since: datetime, until: datetime) -> Did:
        """What a unit did from one moment to before another."""
        mine = [
            deed
            for deed in self._of[met.person.name]
            if since <= deed.at < until and (kind != "SESSION" or deed.visit == met.visit)
        ]
        orders = [deed for deed in mine if deed.kind == "purchase"]
        counted = {name: sum(deed.kind == word for deed in mine) for name, word in _COUNTED.items()}
        return {
            **counted,
            "orders": sum(deed.kept > 0 for deed in orders),
            "units": sum(deed.kept for deed in orders),
            "revenue": sum(deed.paid for deed in orders),
            "stars": sum(deed.value for deed in mine),
        }

    def figures(self, kind: str, met: Sequence[Met]) -> dict[str, tuple[Estimate, ...]]:
        """The figure of every metric, the control's first."""
        arms = [[each for each in met if each.variant == variant] for variant in (0, 1)]
        did = [[self.amounts(kind, each, each.at, each.at + WINDOW) for each in arm] for arm in arms]
        before = [[self.amounts(kind, each, each.at - PAST, each.at) for each in arm] for arm in arms]
        return {metric: tuple(_figures(metric, kind, did, before)) for metric in METRICS}


_COUNTED = {"impressions": "impression", "clicks": "click", "carts": "add_to_cart"}


def _share(name: str) -> Callable[[Did], float]:
    return lambda did: int(did[name] > 0)


def _amount(name: str) -> Callable[[Did], float]:
    return lambda did: did[name]


METRICS: Mapping[str, tuple[Kind, Callable[[Did], float], str | None]] = {
    "click_through_rate": (Kind.RATIO, _amount("clicks"), "impressions"),
    "clicked": (Kind.PROPORTION, _share("clicks"), None),
    "add_to_cart_rate": (Kind.PROPORTION, _share("carts"), None),
    "conversion": (Kind.PROPORTION, _share("orders"), None),
    "revenue_per_unit": (Kind.MEAN, _amount("revenue"), None),
    "orders_per_unit": (Kind.MEAN, _amount("orders"), None),
    "units_per_unit": (Kind.MEAN, _amount("units"), None),
    "average_order_value": (Kind.RATIO, _amount("revenue"), "orders"),
    "stars": (Kind.MEAN, lambda did: min(did["stars"], STARS_CAP), None),
}
"""How each metric is made of what a unit did, said here once more."""


def _figures(metric: str, unit: str, did: Sequence[Sequence[Did]], before: Sequence[Sequence[Did]]) -> Iterator[Estimate]:
    kind, *_ = METRICS[metric]
    sums = [_sums(metric, arm, past if unit != "SESSION" else ()) for arm, past in zip(did, before, strict=True)]
    adjusted = cuped(sums, kind) if unit != "SESSION" else None
    if adjusted and adjusted.note is None:
        return iter(adjusted.arms)
    return (estimate(kind, each) for each in sums)


def _sums(metric: str, did: Sequence[Did], before: Sequence[Did]) -> Sums:
    _, amount, lower = METRICS[metric]
    now, past = [amount(each) for each in did], [amount(each) for each in before]
    if lower is None:
        return Sums.of_values(now, past)
    return Sums.of_parts(now, [each[lower] for each in did], list(zip(past, [each[lower] for each in before], strict=True)))
