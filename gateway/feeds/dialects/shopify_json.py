"""Shopify's products as JSON, as its Admin API and a storefront's /products.json tell them: read like its CSV."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import zip_longest
from typing import Any

from gateway.feeds import texts
from gateway.feeds.dialects.dialect import Dialect, Line, Offered, Place
from gateway.feeds.dialects.shopify import read_group
from gateway.feeds.entries import Listed, Lister
from gateway.feeds.offers import Told

MARKS = frozenset({"title", "variants", "options", "images"})
_VARIANT = {
    "Variant SKU": "sku",
    "Variant Price": "price",
    "Variant Compare At Price": "compare_at_price",
    "Variant Inventory Tracker": "inventory_management",
    "Variant Inventory Qty": "inventory_quantity",
    "Variant Inventory Policy": "inventory_policy",
    **{f"Option{number} Value": f"option{number}" for number in (1, 2, 3)},
}


def _place(told: Told) -> Place:
    return Place(told.get("handle") or told.get("id"))


def _products(lines: Sequence[Line], lister: Lister) -> Iterator[Offered]:
    for line in lines:
        yield Offered((line,), partial(_read, line.told, lister))


def _read(told: Told, lister: Lister) -> Listed:
    variants = _objects(told, "variants")
    listed = read_group(lister, _rows(told, variants))
    if any("available" in each and "inventory_quantity" not in each for each in variants):  # a storefront tells no numbers
        offers = {market: replace(offer, quantity=None) for market, offer in listed.entry.offers.items()}
        return replace(listed, entry=replace(listed.entry, offers=offers))
    return listed


def _rows(told: Told, variants: Sequence[Mapping[str, Any]]) -> list[Told]:
    """The rows that the CSV would have: variants and pictures side by side, the product's own words in the first."""
    images = [{"Image Src": each["src"]} for each in _objects(told, "images") if isinstance(each.get("src"), str)]
    empty: dict[str, str] = {}
    rows = [{**variant, **image} for variant, image in zip_longest(map(_variant, variants), images, fillvalue=empty)] or [empty]
    return [{**_product(told), **rows[0]}, *rows[1:]]


def _product(told: Told) -> Told:
    tags = told.get("tags", "")
    own = {
        "Handle": told.get("handle") or told.get("id"),
        "Title": told.get("title"),
        "Body (HTML)": told.get("body_html"),
        "Vendor": told.get("vendor"),
        "Type": told.get("product_type"),
        "Tags": ",".join(map(str, texts.json_of(tags, "tags", list))) if tags.startswith("[") else tags,
        "Status": told.get("status"),
        "Published": "true" if "published_at" in told else "false" if "status" in told else None,
        **{
            f"Option{number} Name": str(option["name"])
            for number, option in enumerate(_objects(told, "options")[:3], 1)
            if option.get("name")
        },
    }
    return {name: value for name, value in own.items() if value}


def _variant(told: Mapping[str, Any]) -> dict[str, str]:
    row = {column: str(told[name]) for column, name in _VARIANT.items() if told.get(name) not in (None, "")}
    if "inventory_quantity" not in told and told.get("available") is False:
        row |= {"Variant Inventory Tracker": "shop", "Variant Inventory Qty": "0"}
    return row


def _objects(told: Told, name: str) -> list[Mapping[str, Any]]:
    return [each for each in texts.json_of(told.get(name, "[]"), name, list) if isinstance(each, Mapping)]


JSON = Dialect("Shopify's JSON", _place, _products)
