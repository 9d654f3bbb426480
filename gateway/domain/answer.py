"""What a page is answered with, in our words; every face phrases it in its own."""

from dataclasses import dataclass
from uuid import UUID

from gateway.domain import ids
from gateway.domain.experiment import Assigned
from gateway.domain.facet import Facet
from gateway.domain.landing import with_recommendation
from gateway.domain.page import Warning
from gateway.domain.pair import Pair
from gateway.domain.placement import PageType, Placement, StrategyName
from gateway.domain.ranking import FallbackLevel, Recommendation
from gateway.domain.tenant import Shelf


@dataclass(frozen=True, slots=True)
class PlacementFill:
    """One placement of the page, filled. `shelf`, `region`: where it was asked; null where nothing could be answered. `preview`:
    nobody's visit. `variants`: one of each experiment that touched it. `pair`: of which two variants the list is drawn.
    """

    placement: Placement
    view_id: UUID
    number: int
    message: str
    recommendations: tuple[Recommendation, ...]
    degraded: bool = False
    warnings: tuple[Warning, ...] = ()
    end_cursor: str | None = None
    total_count: int | None = None
    facets: tuple[Facet, ...] = ()
    shelf: Shelf | None = None
    region: str | None = None
    preview: bool = False
    variants: tuple[Assigned, ...] = ()
    pair: Pair | None = None

    @property
    def list_id(self) -> UUID:
        """The id of this list in its view."""
        return ids.list_id(self.view_id, self.number)

    @property
    def page_type(self) -> PageType | None:
        """Where the placement stands; null for a strategy asked alone."""
        first, page, _ = self.placement.placement_id.partition("_page.")
        return next((each for each in PageType if page and each == first), None)

    @property
    def strategy(self) -> StrategyName | None:
        """The strategy that gave most of what is shown by itself; null where the ladder filled it all."""
        own = [r.strategy for r in self.recommendations if r.level in (FallbackLevel.NONE, FallbackLevel.NEXT_STRATEGY)]
        return max(own, key=own.count) if own else None

    def recommendation_id(self, position: int) -> UUID:
        """The id under which the product at this position is clicked and bought."""
        return ids.recommendation_id(self.view_id, self.number, position)

    def page_url(self, position: int) -> str:
        """The product's page, with the recommendation's id in its query."""
        return with_recommendation(self.recommendations[position].product.page_url, self.recommendation_id(position))


@dataclass(frozen=True, slots=True)
class Page:
    """The whole answer. `degraded`: something was missing, and the warnings say what."""

    view_id: UUID
    fills: tuple[PlacementFill, ...]
    release_id: str | None
    degraded: bool = False
    warnings: tuple[Warning, ...] = ()
    end_cursor: str | None = None
