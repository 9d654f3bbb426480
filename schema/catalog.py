"""Products, categories and markets, as clients see them."""

from collections.abc import Iterable, Sequence
from typing import Annotated, Any, Self

import strawberry
from strawberry import ID
from strawberry.scalars import JSON

from gateway.domain import catalog
from gateway.domain.tenant import Market as DomainMarket
from gateway.services.shop import Shop
from schema.context import Ask
from schema.words import MinorUnits

Names = Annotated[list[str] | None, strawberry.argument(description="Only these names; all where null.")]


@strawberry.type(description="An amount of money.")
class Money:
    minor_units: MinorUnits = strawberry.field(description="In the currency's smallest unit: 1990 is 19.90 EUR, or 1990 JPY.")
    currency: str = strawberry.field(description="ISO 4217.")

    @classmethod
    def of(cls, it: catalog.Money) -> Self:
        return cls(minor_units=MinorUnits(it.minor_units), currency=it.currency)


@strawberry.type(description="A named property of a product, its values as text.")
class Attribute:
    name: str = strawberry.field(description="The property, such as colour.")
    values: list[str] = strawberry.field(description="One value or more.")


@strawberry.type(description="A shelf of the shop. Categories form a tree.")
class Category:
    id: ID = strawberry.field(description="As the shop names it.")
    name: str = strawberry.field(description="What a visitor reads.")
    parent_id: ID | None = strawberry.field(description="The category above; null at the top.")
    active: bool = strawberry.field(description="Whether the shop shows it.")
    shop: strawberry.Private[Shop]

    @classmethod
    def of(cls, it: catalog.Category, shop: Shop) -> Self:
        return cls(
            id=ID(it.category_id), name=it.name, parent_id=ID(it.parent_id) if it.parent_id else None, active=it.active, shop=shop
        )

    @strawberry.field(description="Whether there are categories below.")
    def has_children(self) -> bool:
        return bool(self.shop.categories.children(catalog.CategoryId(self.id)))

    @strawberry.field(description="From the parent up to the top.")
    def ancestors(self, info: Ask) -> list["Category"]:
        return _categories(info, self.shop.categories.ancestors(catalog.CategoryId(self.id)), self.shop)

    @strawberry.field(description="The categories directly below.")
    def children(self, info: Ask) -> list["Category"]:
        return _categories(info, self.shop.categories.children(catalog.CategoryId(self.id)), self.shop)


@strawberry.type(description="Something the shop sells, as one market and language see it.")
class Product:
    id: ID = strawberry.field(description="As the shop names it.")
    group_id: ID | None = strawberry.field(description="Shared by the variants of one product, such as its sizes and colours.")
    sku: ID | None = strawberry.field(description="Stock-keeping unit.")
    title: str = strawberry.field(description="In the language asked for where there is one.")
    description: str | None = strawberry.field(description="Plain text, in the language asked for where there is one.")
    brand: str | None = strawberry.field(description="The maker's brand.")
    genre: str | None = strawberry.field(description="The shop's own classification.")
    item_type: str | None = strawberry.field(description="The shop's own kind of product.")
    price: Money = strawberry.field(description="The regular price in the market.")
    sale_price: Money | None = strawberry.field(description="What it costs now, where that is less.")
    region_price_description: str | None = strawberry.field(
        description="What the shop says of the price in the region asked for, such as incl. delivery."
    )
    available: bool = strawberry.field(description="Whether the market can deliver it.")
    quantity: int | None = strawberry.field(description="How many there are, where the shop tells.")
    recommendable: bool = strawberry.field(
        description="Whether it may stand in a placement: available, not hidden, within its dates."
    )
    image_url: str | None = strawberry.field(description="The first image.")
    image_urls: list[str] = strawberry.field(description="All images, the main one first.")
    page_url: str = strawberry.field(description="The product's page in the shop.")
    rating: float | None = strawberry.field(description="Mean rating of its reviews.")
    review_count: int = strawberry.field(description="How many reviews there are.")
    product: strawberry.Private[catalog.Product]
    shop: strawberry.Private[Shop]

    @classmethod
    def of(cls, it: catalog.Product, shop: Shop) -> Self:
        return cls(
            id=ID(it.product_id),
            group_id=ID(it.group_id) if it.group_id else None,
            sku=ID(it.sku) if it.sku else None,
            title=it.title,
            description=it.description,
            brand=it.brand,
            genre=it.genre,
            item_type=it.item_type,
            price=Money.of(it.price),
            sale_price=Money.of(it.sale_price) if it.sale_price else None,
            region_price_description=it.price_description,
            available=it.available,
            quantity=it.quantity,
            recommendable=it.available,
            image_url=it.image_urls[0] if it.image_urls else None,
            image_urls=list(it.image_urls),
            page_url=it.page_url,
            rating=it.rating,
            review_count=it.review_count,
            product=it,
            shop=shop,
        )

    @strawberry.field(description="Where it stands in the shop; its own category first.")
    def categories(self, info: Ask) -> list[Category]:
        found = (self.shop.categories.get(c) for c in self.product.category_ids)
        return _categories(info, [c for c in found if c], self.shop)

    @strawberry.field(description="The shop's own properties of the product.")
    def attributes(self, names: Names = None) -> list[Attribute]:
        return [Attribute(name=n, values=[_as_text(v) for v in values]) for n, values in _chosen(self.product, names)]

    @strawberry.field(description="The same, typed as given: 5 stays 5.")
    def attribute_map(self, names: Names = None) -> JSON:
        return JSON({name: list(values) for name, values in _chosen(self.product, names)})


@strawberry.type(description="Where the shop sells.")
class Market:
    id: str = strawberry.field(description="Such as se.")
    currency: str = strawberry.field(description="ISO 4217.")
    locales: list[str] = strawberry.field(description="The market's languages, its own first.")

    @classmethod
    def of(cls, it: DomainMarket) -> Self:
        return cls(id=it.market_id, currency=it.currency, locales=list(it.locales))


@strawberry.type(description="Where a page of a list stands.")
class PageInfo:
    has_next_page: bool = strawberry.field(description="Whether there is more after this.")
    has_previous_page: bool = strawberry.field(description="Whether this page came after another.")
    start_cursor: str | None = strawberry.field(description="Of the first edge.")
    end_cursor: str | None = strawberry.field(description="Of the last edge: give it as `after` for the next page.")

    @classmethod
    def of(cls, cursors: Sequence[str], *, more: bool, after: str | None) -> Self:
        """Of a page with these edges. `after`: the cursor that it was asked with."""
        first, last = (cursors[0], cursors[-1]) if cursors else (None, None)
        return cls(has_next_page=more, has_previous_page=after is not None, start_cursor=first, end_cursor=last)


@strawberry.type(description="A product in a list.")
class ProductEdge:
    cursor: str = strawberry.field(description="Where this product stands in the list.")
    node: Product = strawberry.field(description="The product.")


def _categories(info: Ask, found: Sequence[catalog.Category], shop: Shop) -> list[Category]:
    info.context.categories.spend(len(found))
    return [Category.of(c, shop) for c in found]


def _chosen(product: catalog.Product, names: list[str] | None) -> Iterable[tuple[str, Any]]:
    return product.attributes.items() if names is None else ((n, product.attributes[n]) for n in names if n in product.attributes)


def _as_text(value: Any) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else str(value)
