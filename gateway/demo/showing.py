"""What the example shop recommended to its shoppers in the last weeks, and what they saw and followed of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from random import Random

from gateway.demo.aisles import Aisles
from gateway.demo.catalog import MARKETS, Catalog
from gateway.demo.outing import SCOPE
from gateway.demo.product import Item
from gateway.domain import ids
from gateway.domain.catalog import MarketId, ProductId
from gateway.domain.event import Event, place_of
from gateway.domain.placement import PageType, PlacementId, StrategyName
from gateway.domain.ranking import FallbackLevel
from gateway.domain.visitor import SessionId, UserId, Visitor
from gateway.store.views import ServedView

DAYS_SHOWN = 21

_LOCALES = {market.market_id: market.locales[0] for market in MARKETS}
_LOOKED = 0.08  # of the pages that lead to another product, those whose recommendations came into sight
_FOLLOWED = 0.2  # of those, how often it was a recommendation that led on
_LENGTH = 6
_IN_SIGHT = 3
_SIGHT = timedelta(seconds=2)  # after the page was opened
_CLICK = timedelta(seconds=1)  # before the next page was


@dataclass(frozen=True, slots=True)
class Showing:
    """One answer, and what its visitor did with it."""

    view: ServedView
    told: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """A placement, and what stood in it."""

    page: PageType
    placement_id: PlacementId
    strategy: StrategyName
    products: tuple[ProductId, ...]


@dataclass(frozen=True, slots=True)
class Showcase:
    """The shop's recommendations as they were: what stands together on its shelves, and what goes together."""

    catalog: Catalog
    aisles: Mapping[MarketId, Aisles]
    since: datetime

    @classmethod
    def of(cls, catalog: Catalog, since: datetime) -> "Showcase":
        """What was recommended from `since` on; before, the shop had nobody to recommend."""
        return cls(catalog, {market.market_id: Aisles.of(catalog, market.market_id) for market in MARKETS}, since)

    def showings(self, visit: Sequence[Event]) -> Iterator[Showing]:
        """What was shown on the pages of a visit, whose events these are; the same visit is always shown the same.

        Of what they looked at next some was recommended on the page before, and they came by it; most they found by themselves.
        """
        rng = Random(f"shown:{visit[0].visitor.session_id}")
        for before, after in pairwise(visit):
            led = before.product_id and after.type == "view" and before.product_id != after.product_id
            if led and before.happened_at >= self.since and rng.random() < _LOOKED:
                followed = after.product_id if rng.random() < _FOLLOWED else None
                block = self._block(before, after, followed, rng)
                if block.products:
                    yield _showing(before, after, block, followed, rng)

    def _block(self, before: Event, after: Event, followed: ProductId | None, rng: Random) -> Block:
        here, there = (self.catalog.by_id[event.product_id or ProductId("")] for event in (before, after))
        aisles = self.aisles[before.market_id or MARKETS[0].market_id]
        if before.type == "view" and here.shelf_id == there.shelf_id:
            alike = aisles.style(here.shelf_id, here.kind, here.tier).draw(rng, 2 * _LENGTH)
            products = _mixed(alike, here, followed, rng)
            return Block(PageType.ITEM, PlacementId("item_page.similar"), StrategyName.SIMILAR, products)
        page = PageType.ADD_TO_CART if before.type == "add_to_cart" else PageType.ITEM
        together = [partner for shelf in aisles.companions(here) for partner in aisles.partners(here, shelf).items]
        products = _mixed(together, here, followed, rng)
        return Block(page, PlacementId(f"{page}_page.together"), StrategyName.ALSO_BOUGHT, products)


def _mixed(found: Sequence[Item], about: Item, followed: ProductId | None, rng: Random) -> tuple[ProductId, ...]:
    """The block's products, each once and never the page's own; what was followed stands where it was in sight."""
    names = dict.fromkeys(item.entry.product_id for item in found)
    shown = [name for name in names if name not in (about.entry.product_id, followed)]
    if followed:
        shown.insert(rng.randrange(min(_IN_SIGHT, len(shown) + 1)), followed)
    return tuple(shown[:_LENGTH])


def _showing(before: Event, after: Event, block: Block, followed: ProductId | None, rng: Random) -> Showing:
    view = _view(before, block, rng)
    seen = block.products[:_IN_SIGHT]
    told = [_touch("impression", view, block, place, before.happened_at + _SIGHT) for place in range(len(seen))]
    if followed:
        told.append(_touch("click", view, block, seen.index(followed), after.happened_at - _CLICK))
    return Showing(view, tuple(told))


def _view(page: Event, block: Block, rng: Random) -> ServedView:
    """The answer as the gateway keeps it; no release made it."""
    view_id = ids.make_view_id(page.happened_at, rng.randbytes(8))
    market_id = page.market_id or MARKETS[0].market_id
    about = "addedToCart" if block.page is PageType.ADD_TO_CART else "productIds"
    count = len(block.products)
    return ServedView(
        tenant_id=page.tenant_id,
        view_id=view_id,
        served_at=ids.made_at(view_id),
        market_id=market_id,
        locale=_LOCALES[market_id],
        channel=page.channel,
        session_id=page.visitor.session_id,
        user_id=page.visitor.user_id,
        visitor_id=page.visitor.visitor_id,
        release_id=None,
        page={"type": block.page, about: [page.product_id], "limit": _LENGTH},
        lists=[
            {
                "placement": block.placement_id,
                "strategy": block.strategy,
                "products": block.products,
                "strategies": [block.strategy] * count,
                "levels": [FallbackLevel.NONE] * count,
                "rules": None,
                "variant": None,
            }
        ],
    )


def _touch(kind: str, view: ServedView, block: Block, place: int, moment: datetime) -> Event:
    """A sight of a product, or a click on it, told as the script in the browser tells it."""
    recommended = ids.recommendation_id(view.view_id, 0, place)
    view_id, list_id, position = place_of(recommended, None, None, None)
    return Event(
        tenant_id=view.tenant_id,
        event_id=f"{kind}-{recommended}",
        type=kind,
        happened_at=moment,
        visitor=Visitor(SessionId(view.session_id) if view.session_id else None, UserId(view.user_id) if view.user_id else None),
        scope=SCOPE,
        product_id=block.products[place],
        market_id=MarketId(view.market_id),
        channel=view.channel,
        recommendation_id=recommended,
        view_id=view_id,
        list_id=list_id,
        placement_id=block.placement_id,
        position=position,
    )
