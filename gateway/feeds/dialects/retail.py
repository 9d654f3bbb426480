"""Google's Retail API: products as JSON; a VARIANT is a product of its own, in the group of its primary product."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import orjson

from gateway.feeds.amounts import exactly
from gateway.feeds.dialects.dialect import Dialect, Line, Offered, Place, saying
from gateway.feeds.dialects.family import heir, led, readable
from gateway.feeds.entries import Listed, Lister
from gateway.feeds.offers import Told
from gateway.feeds.refusals import Unusable

_CALLED = {"product_id": "id", "title": "title"}
MARKS = frozenset({"priceInfo", "primaryProductId", "availableQuantity", "retrievableFields"})  # one of them tells it
_FROM_PRIMARY = ("categories", "description", "brand", "image_urls", "page_url")
_NOT_SET = "AVAILABILITY_UNSPECIFIED"


def _place(told: Told) -> Place:
    return Place(_id(told), family=told.get("primaryProductId"))


def _id(told: Told) -> str | None:
    return told.get("id") or told.get("name", "").rpartition("/")[2] or None


def _products(lines: Sequence[Line], lister: Lister) -> Iterator[Offered]:
    primaries = {_id(line.told): line.told for line in lines if not _is_variant(line.told)}
    variants = [line.told for line in lines if _is_variant(line.told)]
    for line in lines:
        if _is_variant(line.told):
            yield Offered((line,), partial(_variant, line.told, primaries.get(line.told["primaryProductId"]), lister))
        else:
            yield Offered((line,), partial(_primary, line.told, variants, lister))


def _is_variant(told: Told) -> bool:
    return "primaryProductId" in told and told["primaryProductId"] != _id(told)


def _primary(told: Told, variants: Sequence[Told], lister: Lister) -> Listed:
    read = _translate(told)
    if not variants:
        return lister.read(read, _CALLED)
    return lister.read(
        {**led(read, [readable(_translate, each) for each in variants], lister), "group_id": read.get("product_id", "")}, _CALLED
    )


def _variant(told: Told, primary: Told | None, lister: Lister) -> Listed:
    read = _translate(told)
    whole = readable(_translate, primary) if primary else {}
    return lister.read({**heir(read, whole, _FROM_PRIMARY), "group_id": told["primaryProductId"]}, _CALLED)


def _translate(told: Told) -> Told:
    price, rating = _object(told, "priceInfo"), _object(told, "rating")
    available = told.get("availability")
    return saying(
        product_id=_id(told),
        title=told.get("title"),
        description=told.get("description"),
        brand=next(iter(_texts(told, "brands")), None),
        categories=_texts(told, "categories"),
        image_urls=[str(image["uri"]) for image in _list(told, "images") if isinstance(image, Mapping) and image.get("uri")],
        page_url=told.get("uri"),
        price=_text(price.get("price")),
        compare_at_price=_text(price.get("originalPrice")),
        currency=_text(price.get("currencyCode")),
        available=None if available == _NOT_SET else available,
        quantity=told.get("availableQuantity"),
        rating=_text(rating.get("averageRating")),
        review_count=_text(rating.get("ratingCount")),
        attributes=_attributes(told),
        valid_from=told.get("availableTime"),
        valid_to=told.get("expireTime"),
    )


def _attributes(told: Told) -> dict[str, list[Any]]:
    colors, audience = _object(told, "colorInfo"), _object(told, "audience")
    found = {
        "tags": _texts(told, "tags"),
        "color": colors.get("colors") or colors.get("colorFamilies") or [],
        "size": _texts(told, "sizes"),
        "material": _texts(told, "materials"),
        "pattern": _texts(told, "patterns"),
        "condition": _texts(told, "conditions"),
        "gender": audience.get("genders") or [],
        "age_group": audience.get("ageGroups") or [],
        "gtin": [told["gtin"]] if "gtin" in told else [],
    }
    for name, value in _named(told):
        if isinstance(value, Mapping):
            found[name] = value.get("text") or value.get("numbers") or []
    return {name: values for name, values in found.items() if isinstance(values, list) and values}


def _named(told: Told) -> Iterator[tuple[str, Any]]:
    """The shop's own attributes, as the API writes them (an object) or as BigQuery does (a list of keys and values)."""
    if told.get("attributes", "").startswith("{"):
        yield from _object(told, "attributes").items()
        return
    for each in _list(told, "attributes"):
        if isinstance(each, Mapping) and isinstance(each.get("key"), str):
            yield each["key"], each.get("value")


def _texts(told: Told, name: str) -> list[str]:
    value = told.get(name, "")
    return [each for each in _list(told, name) if isinstance(each, str)] if value.startswith("[") or not value else [value]


def _list(told: Told, name: str) -> list[Any]:
    return _parsed(told, name, list) if name in told else []


def _object(told: Told, name: str) -> dict[str, Any]:
    return _parsed(told, name, dict) if name in told else {}


def _parsed(told: Told, name: str, wanted: type) -> Any:
    try:
        value = orjson.loads(told[name])
    except ValueError:
        value = None
    if not isinstance(value, wanted):
        raise Unusable(name, "BAD_VALUE", f"{told[name][:40]!r} is no {'list' if wanted is list else 'object'}")
    return value


def _text(value: object) -> str | None:
    return None if value is None else exactly(value)


RETAIL = Dialect("Google's Retail API", _place, _products)
