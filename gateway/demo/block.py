"""Blocks of recommendations as they stood on the example shop's pages: which stood where, and what was in them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from gateway.demo.aisles import Aisles
from gateway.demo.catalog import MARKETS, Catalog
from gateway.demo.product import Item
from gateway.demo.tryouts import CATEGORY, SIMILAR, TOGETHER
from gateway.domain.catalog import MarketId, ProductId
from gateway.domain.event import Event
from gateway.domain.experiment import Variant
from gateway.domain.placement import PageType, PlacementId, StrategyName, page_type_of

LENGTH = 6
IN_SIGHT = 3

_LOOKED: Mapping[PlacementId, float] = {CATEGORY: 0.35, SIMILAR: 0.12, **dict.fromkeys(TOGETHER, 0.12)}
"""Of the pages that lead to another product, those whose block came into sight."""


@dataclass(frozen=True, slots=True)
class Lead:
    """A page from which somebody went on to a product, and the block that may have led there. `here`: the page's product."""

    placement_id: PlacementId
    aisles: Aisles
    shelf_id: str
    here: Item | None


@dataclass(frozen=True, slots=True)
class Block:
    """A placement, what stood in it, and what its page was about."""

    placement_id: PlacementId
    strategy: StrategyName
    products: tuple[ProductId, ...]
    about: Mapping[str, Any]

    @property
    def page(self) -> PageType:
        """The type of the page."""
        return page_type_of(self.placement_id)


@dataclass(frozen=True, slots=True)
class Leading:
    """What the shop's blocks were filled with. `keenness`: how much oftener than usual its shoppers look at them."""

    catalog: Catalog
    aisles: Mapping[MarketId, Aisles]
    keenness: float = 1.0

    def lead(self, before: Event, after: Event) -> Lead | None:
        """The block that led from one page to the next, if it was one; null where nothing could."""
        if after.type != "view" or after.product_id is None or before.product_id == after.product_id:
            return None
        aisles = self.aisles[before.market_id or MARKETS[0].market_id]
        there = self.catalog.by_id[after.product_id]
        if before.type == "view_category" and before.category_id == there.shelf_id:
            return Lead(CATEGORY, aisles, there.shelf_id, None)
        if before.product_id is None:
            return None
        here = self.catalog.by_id[before.product_id]
        if before.type == "view":
            return Lead(SIMILAR if here.shelf_id == there.shelf_id else TOGETHER[0], aisles, here.shelf_id, here)
        return Lead(TOGETHER[1], aisles, here.shelf_id, here) if before.type == "add_to_cart" else None

    def looked(self, lead: Lead) -> float:
        """How likely the block was to come into sight."""
        return self.keenness * _LOOKED[lead.placement_id]

    def block(self, lead: Lead, variant: Variant, followed: ProductId | None, rng: Random) -> Block:
        """What stood in it under a variant; what was followed stood where it was in sight."""
        strategy, found = _found(lead, variant, rng)
        return Block(lead.placement_id, strategy, _mixed(found, lead.here, followed, rng), _about(lead))


def _found(lead: Lead, variant: Variant, rng: Random) -> tuple[StrategyName, Sequence[Item]]:
    here, aisles, many = lead.here, lead.aisles, 2 * LENGTH
    if here is None:
        strategy = StrategyName(variant.key)
        risen = list(aisles.hits[lead.shelf_id].items) if strategy is StrategyName.TRENDING else []
        return strategy, risen + aisles.shelves[lead.shelf_id].draw(rng, many)
    if lead.placement_id in TOGETHER:
        together = [partner for shelf in aisles.companions(here) for partner in aisles.partners(here, shelf).items]
        return StrategyName.ALSO_BOUGHT, together
    if variant.parameters:
        return StrategyName.ALSO_VIEWED, aisles.shelves[lead.shelf_id].draw(rng, many)
    return StrategyName.SIMILAR, aisles.style(lead.shelf_id, here.kind, here.tier).draw(rng, many)


def _mixed(found: Sequence[Item], about: Item | None, followed: ProductId | None, rng: Random) -> tuple[ProductId, ...]:
    """The block's products, each once and never the page's own."""
    names = dict.fromkeys(item.entry.product_id for item in found)
    own = about.entry.product_id if about else None
    shown = [name for name in names if name not in (own, followed)]
    if followed:
        shown.insert(rng.randrange(min(IN_SIGHT, len(shown) + 1)), followed)
    return tuple(shown[:LENGTH])


def _about(lead: Lead) -> Mapping[str, Any]:
    """As the gateway keeps it of an answer."""
    if lead.here is None:
        return {"categoryIds": [lead.shelf_id]}
    name = "addedToCart" if lead.placement_id == TOGETHER[1] else "productIds"
    return {name: [lead.here.entry.product_id]}
