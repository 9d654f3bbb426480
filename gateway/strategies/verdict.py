"""Is a new release worse than the one that serves? Judged on the last steps of visits that neither was taught."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb
from pathlib import Path

from gateway.domain.catalog import MarketId, ProductId
from gateway.domain.page import PageContext
from gateway.domain.visitor import PastEvent
from gateway.index.charts import EVERYWHERE
from gateway.index.release import Release
from gateway.index.roster import NOWHERE
from gateway.index.withheld import Withheld, read
from gateway.strategies import also_viewed, personal
from gateway.strategies.strategy import Moment, Strategy

_AT = 20
_LEAST = 200  # visits; fewer prove nothing
_SURE = 0.01
_DROP = 0.05  # of the hits; less is not worth a refusal, however sure


@dataclass(frozen=True, slots=True)
class _Judged:
    """A strategy in both releases."""

    name: str
    before: Strategy
    after: Strategy


def worse(before: Path, after: Path) -> str | None:
    """Why `after` is significantly worse than `before`, on the visits withheld from `after`; null where it is not, or where fewer
    than 200 of them are about products that both know. BadRelease where one of the folders cannot be opened.
    """
    old, new = Release.open(before), Release.open(after)
    asked = [each for each in read(after) if _knows(old, each) and _knows(new, each)]
    if len(asked) < _LEAST:
        return None
    pairs = (
        _Judged(also_viewed.NAME, also_viewed.load(old), also_viewed.load(new)),
        _Judged(personal.NAME, personal.load(old), personal.load(new)),
    )
    return next((fault for pair in pairs if (fault := _fault(pair, asked))), None)


def chance(only_one: int, only_other: int) -> float:
    """How likely a split at least as uneven is where neither is better (McNemar's exact test, two sides)."""
    of = only_one + only_other
    tail = sum(comb(of, count) for count in range(min(only_one, only_other) + 1))
    share: float = 2 * tail / (1 << of)
    return min(1.0, share)


def _fault(pair: _Judged, asked: Sequence[Withheld]) -> str | None:
    hits = [(_hit(pair.before, each), _hit(pair.after, each)) for each in asked]
    old, new = (sum(column) for column in zip(*hits, strict=True))
    lost, won = hits.count((True, False)), hits.count((False, True))
    if new >= old * (1 - _DROP) or chance(lost, won) >= _SURE:
        return None
    return (
        f"{pair.name} finds the last step of {new / len(asked):.1%} of {len(asked):,} withheld visits among its first {_AT}; "
        f"the serving release finds {old / len(asked):.1%}"
    )


def _knows(release: Release, each: Withheld) -> bool:
    known = release.roster.row
    return known(each.target) != NOWHERE and any(known(product_id) != NOWHERE for product_id in each.prefix)


def _hit(strategy: Strategy, each: Withheld) -> bool:
    found = strategy.find(_moment(each), _AT + len(each.prefix))
    fresh = [candidate.product_id for candidate in found if candidate.product_id not in each.prefix]
    return each.target in fresh[:_AT]


def _moment(each: Withheld) -> Moment:
    seen: tuple[ProductId, ...] = each.prefix[::-1]
    history = tuple(PastEvent(each.moment, "view", product_id) for product_id in seen)
    return Moment(MarketId(EVERYWHERE), PageContext(product_ids=seen[:1]), history)
