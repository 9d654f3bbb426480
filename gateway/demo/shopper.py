"""Who shops in the example shop, and what they like."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

from gateway.demo.catalog import GERMANY, SWEDEN
from gateway.demo.shelves import DEPARTMENTS
from gateway.demo.shelves.palette import COLOURS
from gateway.domain.catalog import MarketId
from gateway.domain.visitor import UserId

_SWEDISH_SHARE = 0.6
_LOVED, _LIKED, _OTHERS = 9.0, 4.0, 0.6
_TIERS = ((6.0, 3.0, 1.0), (2.0, 5.0, 2.0), (1.0, 3.0, 6.0))  # thrifty, middling, well off


@dataclass(frozen=True, slots=True)
class Shopper:
    """One person's taste; without a user id, somebody who does not log in."""

    user_id: UserId | None
    market_id: MarketId
    departments: Mapping[str, float]
    tiers: Sequence[float]
    colours: frozenset[str]


def draw_shopper(rng: Random, user_id: UserId | None = None) -> Shopper:
    """Somebody who loves one department, likes another, and has a purse and four colours of their own."""
    loved, liked = rng.sample(DEPARTMENTS, 2)
    return Shopper(
        user_id=user_id,
        market_id=(SWEDEN if rng.random() < _SWEDISH_SHARE else GERMANY).market_id,
        departments={d.department_id: _LOVED if d is loved else _LIKED if d is liked else _OTHERS for d in DEPARTMENTS},
        tiers=rng.choice(_TIERS),
        colours=frozenset(rng.sample(tuple(COLOURS), 4)),
    )
