"""Where recommendations stand in the shop, and what fills them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NewType

PlacementId = NewType("PlacementId", str)

MAX_COUNT = 128  # products a placement may show


class StrategyName(StrEnum):
    """The ways to find candidates."""

    SIMILAR = "similar"
    ALSO_VIEWED = "also_viewed"
    ALSO_BOUGHT = "also_bought"
    BOUGHT_AFTER_VIEWING = "bought_after_viewing"
    CART = "cart"
    UPSELL = "upsell"
    ALTERNATIVES = "alternatives"
    BESTSELLERS = "bestsellers"
    TRENDING = "trending"
    NEW_ARRIVALS = "new_arrivals"
    TOP_RATED = "top_rated"
    RECENTLY_VIEWED = "recently_viewed"
    PERSONAL = "personal"
    SEARCH = "search"
    CURATED = "curated"


class PageType(StrEnum):
    """What kind of page a placement stands on; the first word of its id."""

    HOME = "home"
    ITEM = "item"
    CATEGORY = "category"
    SEARCH = "search"
    BRAND = "brand"
    CART = "cart"
    ADD_TO_CART = "add_to_cart"
    PURCHASE_COMPLETE = "purchase_complete"
    PERSONAL = "personal"
    ERROR = "error"
    GENERIC = "generic"


@dataclass(frozen=True, slots=True)
class Placement:
    """A named place on a page type: strategies in order, how many products, the heading above the block.

    `diversity`: how much of a candidate's rank is its own score, the rest being what sets it apart from those before it; 1 is
    off. `rotation`: what the visitor saw here and did not click sinks.
    """

    placement_id: PlacementId
    strategies: tuple[StrategyName, ...]
    count: int
    messages: Mapping[str, str] = field(default_factory=dict)
    fallback: bool = True
    require_available: bool = True
    deadline_ms: int = 250
    diversity: float = 1.0
    rotation: bool = False
    parameters: Mapping[str, Any] = field(default_factory=dict)

    @property
    def page_type(self) -> PageType:
        """The page type that the id begins with."""
        return page_type_of(self.placement_id)

    def message(self, locale: str) -> str:
        """The heading in a language, else in the language without its region, else the general one."""
        for wanted in (locale, locale.partition("-")[0], ""):
            if wanted in self.messages:
                return self.messages[wanted]
        return ""


PAGE = re.compile(f"({'|'.join(PageType)})_page\\.[a-z0-9_]{{1,64}}")
"""What a placement's id looks like."""


def page_type_of(placement_id: str) -> PageType:
    """`item_page.similar` stands on an item page; ValueError where the id names no page type."""
    return PageType(placement_id.partition("_page.")[0])


ABOUT_PRODUCTS = frozenset(
    (
        StrategyName.SIMILAR, StrategyName.ALSO_VIEWED, StrategyName.ALSO_BOUGHT, StrategyName.BOUGHT_AFTER_VIEWING,
        StrategyName.CART, StrategyName.UPSELL, StrategyName.ALTERNATIVES,
    )
)  # fmt: skip
"""The strategies that start from the page's products."""

WITHOUT_PRODUCTS = frozenset((PageType.HOME, PageType.BRAND, PageType.PERSONAL, PageType.ERROR))
"""The pages that are about no product. A generic page may be about anything."""


def misplaced(strategy: StrategyName, page_type: PageType) -> str | None:
    """Why a strategy can find nothing on a page that can never tell what it needs; null where it can."""
    if strategy is StrategyName.SEARCH and page_type is not PageType.SEARCH:
        return f"SEARCH needs a search term, which a page of type {page_type} never has"
    if strategy in ABOUT_PRODUCTS and page_type in WITHOUT_PRODUCTS:
        return f"{strategy.name} needs products, which a page of type {page_type} never has"
    return None


def _placed(placement_id: str, strategies: tuple[StrategyName, ...], message: str, count: int = 12) -> Placement:
    return Placement(PlacementId(placement_id), strategies, count, {"": message})


_S = StrategyName

DEFAULTS: tuple[Placement, ...] = (
    _placed("home_page.top", (_S.PERSONAL, _S.TRENDING), "For you"),
    _placed("home_page.more", (_S.BESTSELLERS, _S.TOP_RATED), "Bestsellers"),
    _placed("item_page.similar", (_S.SIMILAR, _S.ALSO_VIEWED, _S.ALTERNATIVES, _S.UPSELL), "Similar products"),
    _placed("item_page.together", (_S.ALSO_BOUGHT, _S.BOUGHT_AFTER_VIEWING, _S.ALSO_VIEWED), "Often bought together"),
    _placed("category_page.top", (_S.BESTSELLERS, _S.TRENDING, _S.TOP_RATED), "Popular here"),
    _placed("search_page.top", (_S.SEARCH, _S.PERSONAL, _S.TRENDING), "You may also like"),
    _placed("brand_page.top", (_S.BESTSELLERS, _S.TRENDING, _S.TOP_RATED), "Popular from this brand"),
    _placed("cart_page.together", (_S.CART, _S.ALSO_BOUGHT, _S.ALSO_VIEWED), "Goes well with your cart"),
    _placed("add_to_cart_page.together", (_S.ALSO_BOUGHT, _S.CART, _S.ALSO_VIEWED), "Often bought together"),
    _placed("purchase_complete_page.next", (_S.CART, _S.ALSO_BOUGHT, _S.PERSONAL), "For your next visit"),
    _placed("personal_page.top", (_S.PERSONAL, _S.TRENDING), "Picked for you"),
    _placed("error_page.top", (_S.TRENDING, _S.BESTSELLERS, _S.TOP_RATED), "Popular right now"),
    _placed("generic_page.top", (_S.TRENDING, _S.BESTSELLERS, _S.TOP_RATED), "Popular right now"),
)
"""What a new tenant starts with: something on every page from the first day, all of it changeable."""
