"""What a page asks for: who looks, where, and what is on the page already."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from gateway.domain.catalog import CategoryId, MarketId, ProductId
from gateway.domain.choice import Said
from gateway.domain.device import Device
from gateway.domain.event import OrderLine
from gateway.domain.placement import PageType, PlacementId
from gateway.domain.visitor import Visitor


@dataclass(frozen=True, slots=True)
class PageContext:
    """What the page is about. `seeds` are in the order of their importance."""

    product_ids: tuple[ProductId, ...] = ()
    cart: tuple[OrderLine, ...] = ()
    added_to_cart: tuple[OrderLine, ...] = ()
    order: tuple[OrderLine, ...] = ()
    category_ids: tuple[CategoryId, ...] = ()
    category_hints: tuple[CategoryId, ...] = ()
    brand: str | None = None
    search_term: str | None = None
    order_id: str | None = None
    referrer: str | None = None  # host and path of the page before

    @property
    def shelves(self) -> tuple[CategoryId, ...]:
        """The categories the page is about; hints go before them."""
        return self.category_hints[:1] or self.category_ids

    @property
    def seeds(self) -> tuple[ProductId, ...]:
        """The products the recommendations start from: named, just added, in the cart, ordered."""
        lines = (*self.added_to_cart, *self.cart, *self.order)
        return tuple(dict.fromkeys((*self.product_ids, *(line.product_id for line in lines))))


@dataclass(frozen=True, slots=True)
class ProductFilter:
    """Values within one attribute are alternatives; everything else adds up. Null does not filter."""

    category_ids: tuple[CategoryId, ...] | None = None
    exclude_category_ids: tuple[CategoryId, ...] | None = None
    brands: tuple[str, ...] | None = None
    exclude_brands: tuple[str, ...] | None = None
    min_price: int | None = None
    max_price: int | None = None
    on_sale: bool | None = None
    min_rating: float | None = None
    attributes: Mapping[str, Sequence[str]] = field(default_factory=dict)
    without: Mapping[str, Sequence[str]] = field(default_factory=dict)


class ProductSort(StrEnum):
    """The order in which what was chosen is shown."""

    RELEVANCE = "RELEVANCE"
    PERSONALIZED = "PERSONALIZED"
    POPULAR = "POPULAR"
    PRICE_ASC = "PRICE_ASC"
    PRICE_DESC = "PRICE_DESC"
    NEWEST = "NEWEST"


@dataclass(frozen=True, slots=True)
class PageRequest:
    """One page's question, in our words whatever face it came through. Placements stand most important first.

    `after`: a cursor of an earlier answer. `said`: the shop's own names and values. `at`, `drafts`: a preview of a moment, with
    what is not yet in force. `variants`: what it says of experiments itself. `device`, `apart`: what is known of the visitor's
    browser, and why it counts for nothing where it is no person's.
    """

    placement_ids: tuple[PlacementId, ...]
    market_id: MarketId
    visitor: Visitor
    locale: str | None = None
    channel: str | None = None
    context: PageContext = PageContext()
    page_type: PageType | None = None
    filter: ProductFilter | None = None
    exclude: frozenset[ProductId] = frozenset()
    limit: int | None = None
    after: str | None = None
    region: str | None = None
    said: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    at: datetime | None = None
    drafts: bool = False
    sort: ProductSort = ProductSort.RELEVANCE
    variants: Said = Said()
    device: Device | None = None
    apart: str | None = None

    @property
    def is_preview(self) -> bool:
        """Whether it is nobody's visit: the answer is kept to be explained, and not counted."""
        return self.at is not None or self.drafts


@dataclass(frozen=True, slots=True)
class Warning:
    """Something the caller should know, in an answer that stands."""

    code: str
    message: str
