"""Read the catalog as a storefront may."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass, replace

from gateway.domain.catalog import Product, ProductId
from gateway.domain.page import ProductFilter
from gateway.domain.tenant import Shelf
from gateway.errors import BadInput, LimitExceeded
from gateway.services.asking.bounds import check_filter, check_text, is_sound, page_size
from gateway.services.shop import Shop
from gateway.store.catalog import CatalogStore

MAX_IDS = 500
MAX_FIRST = 200


@dataclass(frozen=True, slots=True)
class Spot:
    """Where products are read: a market in a language, and a region of it."""

    shelf: Shelf
    region: str | None = None


@dataclass(frozen=True, slots=True)
class ProductSlice:
    """Some products of a market in the order of their ids, and whether there are more."""

    products: tuple[Product, ...]
    more: bool


class Browser:
    """Products by id and in pages."""

    def __init__(self, catalog: CatalogStore) -> None:
        self._catalog = catalog

    async def products(self, where: Spot, ids: Sequence[str]) -> list[Product | None]:
        """The products in the order asked for; null where there is none in the market, or it is hidden."""
        if len(ids) > MAX_IDS:
            raise LimitExceeded(f"at most {MAX_IDS} ids a call, not {len(ids)}", field="ids")
        found = await self._catalog.products(where.shelf, where.region, [ProductId(i) for i in ids if is_sound(i)])
        return [found.get(ProductId(i)) for i in ids]

    async def page(
        self,
        shop: Shop,
        where: Spot,
        *,
        search: str | None,
        filter: ProductFilter | None,
        first: int | None,
        after: str | None,
    ) -> ProductSlice:
        """Up to `first` products (50 where null, 200 at most) after the cursor."""
        check_filter(filter)
        size = page_size(first, 50, MAX_FIRST)
        found = await self._catalog.search(
            where.shelf,
            where.region,
            search=clean(search),
            filter=with_descendants(shop, filter),
            after=_read_cursor(after),
            first=size + 1,
        )
        return ProductSlice(tuple(found[:size]), len(found) > size)

    async def count(self, shop: Shop, where: Spot, *, search: str | None, filter: ProductFilter | None) -> int:
        """How many products there are in all."""
        return await self._catalog.count(where.shelf, where.region, search=clean(search), filter=with_descendants(shop, filter))


def spot(shop: Shop, market_id: str, locale: str | None, region: str | None) -> Spot:
    """The market, language and region of a read; BadInput where there is no such market."""
    check_text("region", (region,))
    return Spot(shelf(shop, market_id, locale), region)


def shelf(shop: Shop, market_id: str, locale: str | None) -> Shelf:
    """The market and language of a read; BadInput where there is no such market."""
    check_text("locale", (locale,))
    market = shop.market(market_id)
    return Shelf(shop.tenant, market, locale or market.locale)


def with_descendants(shop: Shop, wanted: ProductFilter | None) -> ProductFilter | None:
    """The same filter with every category's subcategories named too."""
    if wanted is None:
        return None
    tree = shop.categories
    return replace(
        wanted,
        category_ids=None if wanted.category_ids is None else tuple(tree.with_descendants(wanted.category_ids)),
        exclude_category_ids=None
        if wanted.exclude_category_ids is None
        else tuple(tree.with_descendants(wanted.exclude_category_ids)),
    )


def cursor(product: Product) -> str:
    """Where a page of products ended."""
    return base64.urlsafe_b64encode(product.product_id.encode()).decode()


def clean(search: str | None) -> str | None:
    """The search text, null where it says nothing."""
    text = (search or "").replace("\0", " ").strip()
    return text[:500] or None


def _read_cursor(given: str | None) -> ProductId | None:
    if given is None:
        return None
    try:
        after = base64.urlsafe_b64decode(given.encode()).decode()
        check_text("after", (after,))
    except (binascii.Error, UnicodeError):
        raise BadInput("is not a cursor of an earlier answer", field="after") from None
    return ProductId(after)
