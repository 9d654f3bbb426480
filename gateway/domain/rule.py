"""What a merchandiser has decided: which products may stand where, which come first, and when."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, NewType
from zoneinfo import ZoneInfo

from gateway.domain.catalog import ProductId
from gateway.domain.condition import Condition, holds
from gateway.domain.page import ProductFilter
from gateway.domain.placement import PlacementId

RuleId = NewType("RuleId", str)

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class RuleKind(StrEnum):
    """What a rule does to the products that it matches."""

    INCLUDE = "INCLUDE"
    EXCLUDE = "EXCLUDE"
    BOOST = "BOOST"
    BURY = "BURY"
    PIN = "PIN"
    CAP = "CAP"
    PRICE_BAND = "PRICE_BAND"


@dataclass(frozen=True, slots=True)
class Match:
    """The products that a rule is about: those that pass the filter, and are none or one of these where that is said.

    `attribute`: what a cap counts, as in `brand`, `category` or `attributes.colour`. `band`: from and to which share of the
    seed's price. `bought`: what the visitor has bought lately.
    """

    filter: ProductFilter | None = None
    product_ids: tuple[ProductId, ...] | None = None
    bought: bool = False
    attribute: str | None = None
    band: tuple[float | None, float | None] = (None, None)

    @property
    def is_everything(self) -> bool:
        """Whether every product is matched."""
        return self.filter is None and self.product_ids is None and not self.bought


@dataclass(frozen=True, slots=True)
class Rule:
    """One decision. `placement_id`: null is every placement. Of two rules that want the same, the higher priority goes first."""

    rule_id: RuleId
    kind: RuleKind
    match: Match
    placement_id: PlacementId | None = None
    priority: int = 0
    when: Condition = field(default_factory=dict)
    slot: int | None = None
    weight: float | None = None
    cap: int | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    time_zone: str | None = None

    def is_about(self, placement_id: PlacementId) -> bool:
        """Whether it decides on this placement."""
        return self.placement_id in (None, placement_id)

    def stands(self, said: Mapping[str, Any], moment: datetime, time_zone: str) -> bool:
        """Whether it is in force: at this moment, for what the request says of itself."""
        if (self.starts_at and moment < self.starts_at) or (self.ends_at and moment >= self.ends_at):
            return False
        return not self.when or holds(self.when, {**said, **_clock(moment, self.time_zone or time_zone)})


def _clock(moment: datetime, time_zone: str) -> dict[str, Any]:
    """What a condition may ask of the shop's clock."""
    local = moment.astimezone(ZoneInfo(time_zone))
    return {"weekday": WEEKDAYS[local.weekday()], "hour": local.hour, "date": local.date().isoformat()}


CLOCK = frozenset(_clock(datetime.fromisoformat("2000-01-01T00:00+00:00"), "UTC"))
"""The names of the clock, beside what a request says of itself."""
