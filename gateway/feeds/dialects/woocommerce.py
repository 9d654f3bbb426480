"""WooCommerce's product CSV: variations are products of their own, in the group of the product that they vary."""

import re
from collections.abc import Iterator, Sequence
from functools import partial

from gateway.feeds.dialects.dialect import Dialect, Line, Offered, Place, saying
from gateway.feeds.dialects.family import heir, led, readable
from gateway.feeds.entries import Listed, Lister
from gateway.feeds.offers import Told
from gateway.feeds.refusals import Unusable

_CALLED = {"product_id": "ID", "title": "Name"}
MARKS = frozenset({"Type", "SKU", "Name", "Published", "Regular price"})
_KINDS = frozenset({"simple", "variable", "variation", "grouped", "external", "virtual", "downloadable"})
_PLACED = re.compile(r"Attribute (\d+) name")
_FROM_PARENT = ("categories", "description", "brand", "image_urls", "page_url")


def _place(told: Told) -> Place:
    kinds, product_id = _kinds(told), told.get("ID") or told.get("SKU")
    called = [name for name in (told.get("SKU"), f"id:{told['ID']}" if "ID" in told else None) if name]
    if "variation" in kinds:
        return Place(product_id, family=told.get("Parent"))
    if "variable" in kinds:
        return Place(product_id, names=called)
    if "grouped" in kinds:
        return Place(product_id, names=_pieces(told.get("Grouped products", "")))
    return Place(product_id, family=called[0] if called else None)


def _products(lines: Sequence[Line], lister: Lister) -> Iterator[Offered]:
    """A part is known by its parent's SKU or `id:…`; whatever else came along stands for itself."""
    parents = {name: line.told for line in lines if "variable" in _kinds(line.told) for name in _place(line.told).names}
    for line in lines:
        kinds = _kinds(line.told)
        if "variation" in kinds:
            yield Offered((line,), partial(_variation, line.told, parents.get(line.told.get("Parent", "")), lister))
        elif kinds & {"variable", "grouped"}:
            yield Offered((line,), partial(_whole, line.told, [each.told for each in lines if each is not line], lister))
        else:
            yield Offered((line,), partial(_single, line.told, lister))


def _single(told: Told, lister: Lister) -> Listed:
    return lister.read(_translate(told), _CALLED)


def _variation(told: Told, parent: Told | None, lister: Lister) -> Listed:
    if parent is None:
        named = told.get("Parent")
        raise Unusable(
            "Parent", "UNKNOWN_PARENT", f"the file has no variable product {named[:40]!r}" if named else "has no parent"
        )
    whole, part = _translate(parent), _translate(told)
    said = {whole.get("hidden"), part.get("hidden")}
    hidden = next((each for each in ("true", "false") if each in said), "")
    merged = {**heir(part, whole, _FROM_PARENT), "group_id": whole.get("product_id", ""), "hidden": hidden}
    return lister.read({name: value for name, value in merged.items() if value}, _CALLED)


def _whole(told: Told, others: Sequence[Told], lister: Lister) -> Listed:
    names, variable = _place(told).names, "variable" in _kinds(told)
    if variable:
        parts = [readable(_translate, each) for each in others if each.get("Parent") in names and "variation" in _kinds(each)]
    else:
        parts = [readable(_translate, each) for each in others if {each.get("SKU"), f"id:{each.get('ID')}"} & set(names)]
    whole = led(_translate(told), [part for part in parts if part.get("hidden") != "true"], lister)
    return lister.read({**whole, "group_id": whole["product_id"]} if variable and "product_id" in whole else whole, _CALLED)


def _translate(told: Told) -> Told:
    _check_kind(told)
    stock = told.get("Stock", "")
    attributes = {"tags": _pieces(told.get("Tags", "")), "featured": ["yes"] if told.get("Is featured?") == "1" else []}
    for column, name in told.items():
        if (found := _PLACED.fullmatch(column)) and (values := told.get(f"Attribute {found[1]} value(s)")):
            attributes[name.casefold()] = _pieces(values)
    if gtin := told.get("GTIN, UPC, EAN, or ISBN"):
        attributes["gtin"] = [gtin]
    return saying(
        product_id=told.get("ID") or told.get("SKU"),
        sku=told.get("SKU"),
        title=told.get("Name"),
        description=told.get("Description") or told.get("Short description"),
        brand=next(iter(_pieces(told.get("Brands", ""))), None),
        categories=_pieces(told.get("Categories", "")),
        image_urls=told.get("Images"),
        price=told.get("Regular price"),
        sale_price=told.get("Sale price"),
        sale_from=told.get("Date sale price starts"),
        sale_to=told.get("Date sale price ends"),
        available=told.get("In stock?"),
        quantity=stock if re.fullmatch(r"-?\d+(\.0+)?", stock) else None,
        attributes={name: values for name, values in attributes.items() if values},
        hidden=_hidden(told),
    )


def _hidden(told: Told) -> str | None:
    """Null where the row says nothing of it."""
    published, visible = told.get("Published"), told.get("Visibility in catalog")
    if published is None and visible is None:
        return None
    return "true" if published not in (None, "1") or visible == "hidden" else "false"


def _check_kind(told: Told) -> None:
    if not _kinds(told) & _KINDS:
        said = f"{told.get('Type', '')[:40]!r} is no type of product; known are {', '.join(sorted(_KINDS))}"
        raise Unusable("Type", "UNKNOWN_TYPE", said)


def _kinds(told: Told) -> set[str]:
    return {kind.strip().casefold() for kind in told.get("Type", "").split(",")}


def _pieces(told: str) -> list[str]:
    r"""What stands between commas; `\,` is one that belongs to a name."""
    pieces = (piece.replace("\\,", ",").strip() for piece in re.split(r"(?<!\\),", told))
    return list(dict.fromkeys(piece for piece in pieces if piece))


WOOCOMMERCE = Dialect("WooCommerce's CSV", _place, _products)
