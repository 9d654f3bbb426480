"""Shopify's product CSV: the rows of one handle are a product, its variants and its pictures."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import partial

from gateway.domain import harmless
from gateway.domain.catalog import CatalogEntry, Offer, ProductId
from gateway.domain.tenant import Market
from gateway.feeds import amounts, texts
from gateway.feeds.dialects.dialect import Dialect, Line, Offered, Place
from gateway.feeds.entries import Listed, Lister, split, standing
from gateway.feeds.offers import Told, price_of, reduced
from gateway.feeds.refusals import Unusable
from gateway.feeds.shelves import shelf_of

_HANDLE = "Handle"
_MARKS = frozenset({_HANDLE, "Title", "Variant Price", "Option1 Name"})
_OPTIONS = (1, 2, 3)
_NO_CHOICE = "Default Title"  # the one option of a product without variants
_NAMED = {
    "Google Shopping / Gender": "gender",
    "Google Shopping / Age Group": "age_group",
    "Google Shopping / Condition": "condition",
}
_METAFIELD = re.compile(r"(?P<name>[^()]+) \(product\.metafields\.[^)]*\)")


def is_shopify(columns: Iterable[str]) -> bool:
    """Whether a file with these columns is Shopify's export of products."""
    return set(columns) >= _MARKS


def read_group(lister: Lister, rows: Sequence[Told]) -> Listed:
    """The product that all rows of one handle tell together; Unusable says what is wrong with it."""
    market = lister.destination.needing_market().market
    first = next((row for row in rows if row.get("Title")), rows[0])
    title = texts.one_line(first.get("Title"), "Title")
    product_id = texts.identifier(rows[0].get(_HANDLE), _HANDLE)
    variants = [row for row in rows if row.get("Variant Price")]
    if not title or not product_id or market is None:
        raise Unusable("Title" if product_id else _HANDLE, "MISSING", "a product needs a handle and a title")
    if not variants:
        raise Unusable("Variant Price", "MISSING", "a product needs a price")
    google = first.get("Product Category") or first.get("Google Shopping / Google Product Category", "")
    shelves = [shelf for path in (first.get("Type", ""), google) if (shelf := shelf_of(path))]
    skus = list(dict.fromkeys(row["Variant SKU"] for row in rows if "Variant SKU" in row))
    entry = CatalogEntry(
        product_id=ProductId(product_id),
        title=title,
        offers={market.market_id: _offer(variants, market)},
        sku=texts.identifier(skus[0], "Variant SKU") if skus else None,
        description=texts.prose(first.get("Body (HTML)"), "Body (HTML)"),
        brand=texts.one_line(first.get("Vendor"), "Vendor", harmless.MAX_WORD),
        item_type=texts.one_line(first.get("Type"), "Type", harmless.MAX_WORD),
        category_ids=tuple(dict.fromkeys(shelf[-1].category_id for shelf in shelves)),
        image_urls=lister.images(_pictures(rows)),
        attributes=_attributes(first, rows, skus),
        hidden=_hidden(first),
    )
    return Listed(entry, standing(shelves))


def _hidden(first: Told) -> bool | None:
    """Null where the file has neither column, or says nothing there."""
    status, published = first.get("Status", "").casefold(), first.get("Published", "").casefold()
    return status not in ("", "active") or published == "false" if status or published else None


def _offer(variants: Sequence[Told], market: Market) -> Offer:
    """The cheapest variant that can be bought, or the cheapest, gives the price; stock adds up over the counted ones."""
    counted = [row for row in variants if row.get("Variant Inventory Tracker")]
    stock = sum(max(_stock(row), 0) for row in counted) if counted else None
    offered = []
    for row in variants:
        price, before = price_of(row, "Variant Price", market), price_of(row, "Variant Compare At Price", market)
        assert price is not None
        offered.append((not _buyable(row), price.minor_units, reduced(price, None, before)))
    sold_out, _, (price, sale) = min(offered, key=lambda one: one[:2])
    return Offer(price, sale, not sold_out, None if stock is None else min(stock, 2**31 - 1))


def _stock(row: Told) -> int:
    return amounts.whole(row.get("Variant Inventory Qty", "0"), "Variant Inventory Qty")


def _buyable(row: Told) -> bool:
    uncounted = not row.get("Variant Inventory Tracker")
    return uncounted or row.get("Variant Inventory Policy", "deny").casefold() == "continue" or _stock(row) > 0


def _pictures(rows: Sequence[Told]) -> list[str]:
    def place(row: Told) -> int:
        told = row.get("Image Position", "")
        return int(told) if told.isdecimal() and len(told) <= amounts.LONGEST else len(rows)

    pictures = [row["Image Src"] for row in sorted(rows, key=place) if "Image Src" in row]
    return pictures + [row["Variant Image"] for row in rows if "Variant Image" in row]


def _attributes(first: Told, rows: Sequence[Told], skus: Sequence[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {"tags": split(first.get("Tags", ""), ",")}
    for number in _OPTIONS:
        name = first.get(f"Option{number} Name", "").casefold()
        values = dict.fromkeys(row[f"Option{number} Value"] for row in rows if f"Option{number} Value" in row)
        if name and list(values) != [_NO_CHOICE]:
            found[name] = list(values)
    for column, value in first.items():
        name = _NAMED.get(column) or ((named := _METAFIELD.fullmatch(column)) and named["name"].casefold()) or ""
        if name:
            found.setdefault(name, split(value, ";"))
    if "Color" in first:
        found.setdefault("color", [first["Color"]])
    if len(skus) > 1:
        found["sku"] = list(skus)
    return {name: values for name, values in found.items() if values}


def _place(told: Told) -> Place:
    return Place(told.get(_HANDLE), family=told.get(_HANDLE))


def _products(lines: Sequence[Line], lister: Lister) -> Iterator[Offered]:
    """Rows of one handle: taken together, or refused together."""
    yield Offered(lines, partial(read_group, lister, [line.told for line in lines]))


CSV = Dialect("Shopify's CSV", _place, _products)
