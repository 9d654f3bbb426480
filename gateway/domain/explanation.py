"""Why a page shows what it shows, and why it does not show something else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from uuid import UUID

from gateway.domain.catalog import ProductId
from gateway.domain.experiment import Assigned
from gateway.domain.filling import Dropped
from gateway.domain.page import Warning
from gateway.domain.placement import PlacementId
from gateway.domain.ranking import Rung
from gateway.domain.rule import RuleId


@dataclass(frozen=True, slots=True)
class Effect:
    """A rule that was in force, and the candidates that it is about."""

    rule_id: RuleId
    does: str
    products: tuple[ProductId, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """One placement of the page, taken apart. `variants`: those that changed it, as they were then."""

    placement_id: PlacementId
    rungs: tuple[Rung, ...]
    dropped: tuple[Dropped, ...]
    effects: tuple[Effect, ...]
    shown: tuple[ProductId, ...]
    shown_then: tuple[ProductId, ...]
    variants: tuple[Assigned, ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """A page answered again: by the same release and the same decisions, with the price and stock of today.

    `differences`: where the answer is another than then. `refused`: why it cannot be answered again.
    """

    view_id: UUID
    release_id: str | None
    playbook_version: int
    placements: Sequence[Told] = ()
    differences: tuple[Warning, ...] = ()
    refused: str | None = None


@dataclass(frozen=True, slots=True)
class Exclusion:
    """One reason why a product is not shown."""

    code: str
    rule_id: RuleId | None = None

    @property
    def message(self) -> str:
        """The reason in a sentence."""
        return EXCLUSIONS[self.code]


EXCLUSIONS: Mapping[str, str] = MappingProxyType(
    {
        "UNKNOWN_PRODUCT": "the catalog has no product of this id",
        "HIDDEN": "the product is hidden",
        "NOT_YET_VALID": "the product's validity has not begun",
        "NO_LONGER_VALID": "the product's validity is over",
        "NOT_IN_MARKET": "the market does not sell it",
        "NEVER_RECOMMEND": "the visitor wants never to see it, its brand or its category",
        "TAKEN": "it is what the page is about, lies in the cart, is excluded by the request, or stands on the page already",
        "VARIANT_TAKEN": "another variant of the same product stands on the page, or the page is about it",
        "SOLD_OUT": "it is sold out, and the placement requires what is available",
        "FILTERED": "it does not pass the request's filter",
        "OUT_OF_PRICE_BAND": "its price lies outside the band that a rule allows around the page's product",
        "NOT_INCLUDED": "a rule includes only other products",
        "EXCLUDED": "a rule excludes it",
        "CAPPED": "a rule allows no more products that share its value",
        "OUTRANKED": "it was proposed, and others were ranked higher",
        "NOT_PROPOSED": "no strategy of the placement proposes it here, and the placement was full without it",
        "NOT_SHOWN": "it may not be shown in this market now",
    }
)
"""Every code, and what it means."""
