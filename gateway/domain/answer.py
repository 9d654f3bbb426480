"""What a page is answered with, in our words; every face phrases it in its own."""

from dataclasses import dataclass
from uuid import UUID

from gateway.domain import ids
from gateway.domain.page import Warning  # noqa: A004  (the word of the API)
from gateway.domain.placement import Placement, StrategyName
from gateway.domain.ranking import FallbackLevel, Recommendation


@dataclass(frozen=True, slots=True)
class PlacementFill:
    """One placement of the page, filled."""

    placement: Placement
    view_id: UUID
    number: int
    message: str
    recommendations: tuple[Recommendation, ...]
    degraded: bool = False
    warnings: tuple[Warning, ...] = ()

    @property
    def list_id(self) -> UUID:
        """The id of this list in its view."""
        return ids.list_id(self.view_id, self.number)

    @property
    def strategy(self) -> StrategyName | None:
        """The strategy that gave most of what is shown by itself; null where the ladder filled it all."""
        own = [r.strategy for r in self.recommendations if r.level in (FallbackLevel.NONE, FallbackLevel.NEXT_STRATEGY)]
        return max(own, key=own.count) if own else None

    def recommendation_id(self, position: int) -> UUID:
        """The id under which the product at this position is clicked and bought."""
        return ids.recommendation_id(self.view_id, self.number, position)


@dataclass(frozen=True, slots=True)
class Page:
    """The whole answer. `degraded`: something was missing, and the warnings say what."""

    view_id: UUID
    fills: tuple[PlacementFill, ...]
    release_id: str | None
    degraded: bool = False
    warnings: tuple[Warning, ...] = ()
