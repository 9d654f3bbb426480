"""Keep the shelves: products and categories as the shop's systems push them, each row judged by itself."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from gateway.domain.catalog import CatalogEntry, Category, CategoryId, ProductId, in_circles
from gateway.domain.event import Refusal
from gateway.domain.harmless import MAX_TITLE, identifier, one_line
from gateway.domain.pushed import ToldProduct
from gateway.domain.tenant import Caller, Scope
from gateway.services.administering.admit import require
from gateway.services.asking.bounds import is_sound
from gateway.services.hearing.taken import Taken, check_rows, in_vain
from gateway.services.shelving.entering import read_entry
from gateway.services.shop import Shop
from gateway.store.shelving import Judged, Parents, Shelving

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Shelver:
    """Writes the catalog; what is committed is in the very next answer. `catch_up` has this server read what it has written."""

    shelving: Shelving
    catch_up: Callable[[], Awaitable[None]]

    async def put(self, shop: Shop, caller: Caller, told: Sequence[ToldProduct]) -> Taken:
        """Products told whole: what is not said of one is not so, and what it no longer names of markets and languages goes."""
        return await self._write(shop, caller, told, whole=True)

    async def patch(self, shop: Shop, caller: Caller, told: Sequence[ToldProduct]) -> Taken:
        """Only what is said changes; a null that is said takes a value away."""
        return await self._write(shop, caller, told, whole=False)

    async def hide(self, shop: Shop, caller: Caller, ids: Sequence[str]) -> Taken:
        """These are shown nowhere from now on."""
        return await self._write(shop, caller, [ToldProduct(product_id=ProductId(i), hidden=True) for i in ids], whole=False)

    async def put_categories(self, shop: Shop, caller: Caller, told: Sequence[Category]) -> Taken:
        """Categories told whole, parents before or after their children; one that would stand below itself is refused."""
        require(caller, Scope.SERVER)
        check_rows("categories", len(told))
        read = _once([_category(each) for each in told], lambda category: category.category_id)
        kept = await self.shelving.sort_categories(shop.tenant.tenant_id, lambda there: _without_circles(read, there))
        await self.catch_up()
        known = {c.category_id for c in kept if isinstance(c, Category)} | shop.categories.ids
        above = [c.parent_id for c in kept if isinstance(c, Category) and c.parent_id and c.parent_id not in known]
        return _taken(kept, above)

    async def _write(self, shop: Shop, caller: Caller, told: Sequence[ToldProduct], *, whole: bool) -> Taken:
        require(caller, Scope.SERVER)
        check_rows("products", len(told))
        rows = _once(told, lambda product: product.product_id)

        def decide(there: Mapping[ProductId, CatalogEntry]) -> Judged:
            return [each if isinstance(each, Refusal) else _judged(shop, each, there, whole) for each in rows]

        ids = [each.product_id for each in told if is_sound(each.product_id)]
        judged = await self.shelving.change(shop.tenant.tenant_id, ids, decide)
        known = shop.categories.ids
        named = (c for each in judged if isinstance(each, CatalogEntry) for c in each.category_ids)
        return _taken(judged, [c for c in named if c not in known])


def _judged(shop: Shop, told: ToldProduct, there: Mapping[ProductId, CatalogEntry], whole: bool) -> CatalogEntry | Refusal:
    if whole:
        return read_entry(told, None, shop.markets)
    if told.product_id not in there:
        return Refusal("id", "UNKNOWN_PRODUCT", f"the shop has no product {told.product_id[:40]!r}; tell it whole first")
    return read_entry(told, there[told.product_id], shop.markets)


def _once(rows: Sequence[Row | Refusal], name: Callable[[Row], str]) -> list[Row | Refusal]:
    """The rows; one whose id stands before it already is refused."""
    places: dict[str, int] = {}
    found: list[Row | Refusal] = []
    for place, row in enumerate(rows):
        first = place if isinstance(row, Refusal) else places.setdefault(name(row), place)
        found.append(row if first == place else Refusal("id", "REPEATED", f"row {first} has this id already"))
    return found


def _category(told: Category) -> Category | Refusal:
    """The category as it may be kept."""
    if not told.category_id:
        return Refusal("id", "MISSING", "a category needs an id")
    name = one_line(told.name, "name", MAX_TITLE)
    for read in (identifier(told.category_id, "id"), identifier(told.parent_id or "", "parentId"), name):
        if isinstance(read, Refusal):
            return read
    return replace(told, name=str(name)) if name else Refusal("name", "MISSING", "a category needs a name")


def _without_circles(told: Sequence[Category | Refusal], there: Parents) -> list[Category | Refusal]:
    """The categories; each that would stand below itself, with all that are told, is refused and stays where it was."""
    judged = list(told)
    while True:
        parents = {**there, **{c.category_id: c.parent_id for c in judged if isinstance(c, Category)}}
        circles = in_circles(parents)
        bad = [place for place, c in enumerate(judged) if isinstance(c, Category) and c.category_id in circles]
        if not bad:
            return judged
        for place in bad:
            judged[place] = Refusal("parentId", "CIRCLE", "it would stand below itself")


def _taken(judged: Sequence[object], unknown: Sequence[CategoryId]) -> Taken:
    refused = [each if isinstance(each, Refusal) else None for each in judged]
    return Taken(refused, tuple(in_vain(categories=list(dict.fromkeys(unknown)))))
