"""Products and categories as a shop's own systems push them: what is said, told apart from what is not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import TypeAlias, TypeVar

from gateway.domain.catalog import Money, ProductId


class Unsaid(Enum):
    """Nothing was said of it: it stays as it is. A null that is said takes it away."""

    UNSAID = "UNSAID"


UNSAID = Unsaid.UNSAID
T = TypeVar("T")
Said: TypeAlias = T | Unsaid | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldOffer:
    """What is said of a product in one market, or in a region of it."""

    market_id: str
    region: str | None = None
    price: Said[Money] = UNSAID
    sale_price: Said[Money] = UNSAID
    available: Said[bool] = UNSAID
    quantity: Said[int] = UNSAID
    title: Said[str] = UNSAID
    page_url: Said[str] = UNSAID
    sku: Said[str] = UNSAID
    price_description: Said[str] = UNSAID


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldWording:
    """What is said of a product in one language."""

    locale: str
    title: Said[str] = UNSAID
    description: Said[str] = UNSAID
    page_url: Said[str] = UNSAID


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldProduct:
    """What is said of a product. Its own price and stock are those of every market that has no word of its own."""

    product_id: ProductId
    title: Said[str] = UNSAID
    group_id: Said[str] = UNSAID
    sku: Said[str] = UNSAID
    description: Said[str] = UNSAID
    brand: Said[str] = UNSAID
    genre: Said[str] = UNSAID
    item_type: Said[str] = UNSAID
    category_ids: Said[Sequence[str]] = UNSAID
    price: Said[Money] = UNSAID
    sale_price: Said[Money] = UNSAID
    available: Said[bool] = UNSAID
    quantity: Said[int] = UNSAID
    hidden: Said[bool] = UNSAID
    image_urls: Said[Sequence[str]] = UNSAID
    page_url: Said[str] = UNSAID
    rating: Said[float] = UNSAID
    review_count: Said[int] = UNSAID
    valid_from: Said[datetime] = UNSAID
    valid_to: Said[datetime] = UNSAID
    attributes: Said[object] = UNSAID  # JSON
    offers: Said[Sequence[ToldOffer]] = UNSAID
    wordings: Said[Sequence[ToldWording]] = UNSAID
