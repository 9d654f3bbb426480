"""Kinds of events, and how much each says about taste for how long: those that every shop has, and a shop's own."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from gateway.domain.event import WEIGHTS

NAME = re.compile(r"[a-z][a-z0-9_]{0,31}")
MOST_WEIGHT = 1_000.0
LEAST_DAYS, MOST_DAYS = 0.01, 3650.0


@dataclass(frozen=True, slots=True)
class EventType:
    """`weight`: 0 says nothing. `half_life_days`: after which it says half as much; null: as each strategy forgets by itself."""

    name: str
    weight: float
    half_life_days: float | None = None

    @property
    def standard(self) -> bool:
        """Whether every shop has it; its weight may still be the shop's own."""
        return self.name in WEIGHTS


Types = Mapping[str, EventType]

STANDARD: Types = MappingProxyType({name: EventType(name, weight) for name, weight in WEIGHTS.items()})


def types_with(own: Iterable[EventType]) -> Types:
    """Every type of a shop: its own word comes before the standard."""
    return {**STANDARD, **{each.name: each for each in own}}


def telling(types: Types) -> list[EventType]:
    """Those that say something about taste, by name."""
    return sorted((each for each in types.values() if each.weight > 0), key=lambda each: each.name)


def lesson(types: Types) -> str:
    """What is learnt from which event, as a text that differs when it does."""
    return repr([(each.name, each.weight, each.half_life_days) for each in telling(types)])
