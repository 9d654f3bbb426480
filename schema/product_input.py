"""Products, as a shop's own systems tell them."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar

import strawberry
from strawberry import ID, UNSET
from strawberry.scalars import JSON

from gateway.domain.catalog import Category, CategoryId, Money, ProductId
from gateway.domain.pushed import UNSAID, Said, ToldOffer, ToldProduct, ToldWording
from schema.page import MoneyInput

T = TypeVar("T")
K = TypeVar("K")


@strawberry.input(description="What a market, or a region of it, says of a product. What is not said is as the product says.")
class ProductMarketInput:
    market: str = strawberry.field(description="One of the shop's markets; without a region, the product is sold there.")
    region: str | None = strawberry.field(
        default=None, description="Of 1 to 64 characters: what differs there. What is not said, or null, is as the market says."
    )
    price: MoneyInput | None = strawberry.field(
        default=UNSET, description="In the market's currency; needed where the product's own price is in another."
    )
    sale_price: MoneyInput | None = strawberry.field(
        default=UNSET, description="What it costs now; one that is no less than the price is none."
    )
    available: bool | None = strawberry.field(default=UNSET, description="Whether it can be delivered; by `quantity` where null.")
    quantity: int | None = strawberry.field(default=UNSET, description="How many there are.")
    title: str | None = strawberry.field(default=UNSET, description="Its title in this market.")
    page_url: str | None = strawberry.field(default=UNSET, description="Its page in this market.")
    sku: ID | None = strawberry.field(
        default=UNSET, description="Its stock-keeping unit in this market; the product's where null. Whole markets only."
    )
    price_description: str | None = strawberry.field(
        default=UNSET, description="What is said of the price in this region, such as incl. delivery. Regions only."
    )

    def understood(self) -> ToldOffer:
        """What is said, in the gateway's words."""
        return ToldOffer(
            market_id=self.market,
            region=self.region,
            price=_money(self.price),
            sale_price=_money(self.sale_price),
            available=_said(self.available),
            quantity=_said(self.quantity),
            title=_said(self.title),
            page_url=_said(self.page_url),
            sku=_said(self.sku),
            price_description=_said(self.price_description),
        )


@strawberry.input(description="What a product is called in one language. What is not said, or null, is as the product says.")
class ProductLocaleInput:
    locale: str = strawberry.field(description="A language, and a region where it matters, such as sv-SE.")
    title: str | None = strawberry.field(default=UNSET, description="HTML is taken out.")
    description: str | None = strawberry.field(default=UNSET, description="HTML is taken out.")
    page_url: str | None = strawberry.field(default=UNSET, description="The product's page in this language.")

    def understood(self) -> ToldWording:
        """What is said, in the gateway's words."""
        return ToldWording(
            locale=self.locale,
            title=_said(self.title),
            description=_said(self.description),
            page_url=_said(self.page_url),
        )


@strawberry.input(description="What changes of a product: what is not said stays, a null takes a value away.")
class ProductPatch:
    id: ID = strawberry.field(description="The shop's own name of it, 256 characters at most.")
    group_id: ID | None = strawberry.field(
        default=UNSET, description="Shared by the variants of one product: one of them stands on a page."
    )
    sku: ID | None = strawberry.field(default=UNSET, description="Stock-keeping unit.")
    title: str | None = strawberry.field(default=UNSET, description="Never null. 1,000 characters at most; HTML is taken out.")
    description: str | None = strawberry.field(default=UNSET, description="HTML is taken out, paragraphs stay.")
    brand: str | None = strawberry.field(default=UNSET, description="The maker's brand.")
    genre: str | None = strawberry.field(default=UNSET, description="The shop's own classification.")
    item_type: str | None = strawberry.field(default=UNSET, description="The shop's own kind of product.")
    category_ids: list[ID] | None = strawberry.field(default=UNSET, description="Its own category first; 100 at most.")
    price: MoneyInput | None = strawberry.field(
        default=UNSET, description="Never null. Of every market with this currency where it is sold, but for what `markets` says."
    )
    sale_price: MoneyInput | None = strawberry.field(
        default=UNSET, description="What it costs now, where `price` holds; one that is no less than the price is none."
    )
    available: bool | None = strawberry.field(
        default=UNSET,
        description="Of every market, but for what `markets` says; by `quantity` where that is said and this is not.",
    )
    quantity: int | None = strawberry.field(default=UNSET, description="How many there are, in every market.")
    hidden: bool | None = strawberry.field(default=UNSET, description="True: shown nowhere.")
    image_urls: list[str] | None = strawberry.field(default=UNSET, description="The main one first; 100 at most.")
    page_url: str | None = strawberry.field(
        default=UNSET, description="Its page: http(s), or a path of the shop's host. Made by the shop's pattern where null."
    )
    rating: float | None = strawberry.field(default=UNSET, description="Mean rating of its reviews.")
    review_count: int | None = strawberry.field(default=UNSET, description="How many reviews there are.")
    valid_from: datetime | None = strawberry.field(default=UNSET, description="Shown from then.")
    valid_to: datetime | None = strawberry.field(default=UNSET, description="Shown until then.")
    attributes: JSON | None = strawberry.field(
        default=UNSET,
        description='Name → value or list of values, typed as given: {"colour": ["red", "blue"], "size": 42}. In a patch other '
        "names stay, and a null takes a name away.",
    )
    markets: list[ProductMarketInput] | None = strawberry.field(
        default=UNSET, description="What markets and regions say for themselves. In a patch others stay as they are."
    )
    locales: list[ProductLocaleInput] | None = strawberry.field(
        default=UNSET, description="What it is called in other languages. In a patch others stay as they are."
    )

    def understood(self) -> ToldProduct:
        """What is said, in the gateway's words."""
        return ToldProduct(
            product_id=ProductId(self.id),
            title=_said(self.title),
            group_id=_said(self.group_id),
            sku=_said(self.sku),
            description=_said(self.description),
            brand=_said(self.brand),
            genre=_said(self.genre),
            item_type=_said(self.item_type),
            category_ids=_said(self.category_ids),
            price=_money(self.price),
            sale_price=_money(self.sale_price),
            available=_said(self.available),
            quantity=_said(self.quantity),
            hidden=_said(self.hidden),
            image_urls=_said(self.image_urls),
            page_url=_said(self.page_url),
            rating=_said(self.rating),
            review_count=_said(self.review_count),
            valid_from=_said(self.valid_from),
            valid_to=_said(self.valid_to),
            attributes=_said(self.attributes),
            offers=_each(self.markets, ProductMarketInput.understood),
            wordings=_each(self.locales, ProductLocaleInput.understood),
        )


@strawberry.input(description="A product, whole: what is not said of it, or null, is not so.")
class ProductInput(ProductPatch):
    title: str = strawberry.field(description="1,000 characters at most; HTML is taken out.")
    price: MoneyInput = strawberry.field(
        description="Of every market with this currency where it is sold, but for what `markets` says."
    )
    markets: list[ProductMarketInput] | None = strawberry.field(
        default=UNSET,
        description="Where it is sold: what is not named here goes away. Every market with the currency of `price` where null.",
    )


@strawberry.input(description="A category, whole.")
class CategoryInput:
    id: ID = strawberry.field(description="The shop's own name of it, 256 characters at most.")
    name: str = strawberry.field(description="What a visitor reads.")
    parent_id: ID | None = strawberry.field(
        default=None, description="The category above, told before or after; null at the top."
    )
    active: bool | None = strawberry.field(default=None, description="Whether the shop shows it; true where null.")

    def understood(self) -> Category:
        """The category in the gateway's words."""
        above = CategoryId(self.parent_id) if self.parent_id else None
        return Category(CategoryId(self.id), self.name, above, self.active is not False)


def _said(given: T | None) -> Said[T]:
    return UNSAID if given is UNSET else given


def _money(given: MoneyInput | None) -> Said[Money]:
    return UNSAID if given is UNSET else None if given is None else given.understood()


def _each(given: list[T] | None, understood: Callable[[T], K]) -> Said[Sequence[K]]:
    return UNSAID if given is UNSET else None if given is None else [understood(each) for each in given]
