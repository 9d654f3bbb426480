"""A pushed product, read whole: every value as it may be kept, or the reason why the row cannot be."""

import math
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson

from gateway.domain.catalog import Attributes, CatalogEntry, CategoryId, MarketId, Wording
from gateway.domain.event import MAX_ID, Refusal
from gateway.domain.harmless import MAX_TITLE, MAX_WORD, identifier, one_line, page, prose
from gateway.domain.pushed import Said, ToldProduct, ToldWording, Unsaid
from gateway.domain.tenant import Market
from gateway.services.administering.tenants import LOCALE
from gateway.services.shelving.fitting import Unfit, fit, settle, settle_line, settle_page, settle_whole
from gateway.services.shelving.pricing import read_offers

MAX_LISTED = 100  # categories of a product, its pictures
MAX_ATTRIBUTES = 200
MAX_VALUES = 500  # of one attribute
_MOST_VALUE = 2_000  # bytes of a name with its value: an index entry
_MOST_ATTRIBUTES = 65_536  # bytes of JSON
_NO_VALUE = "must be a text, a number, true or false, or a list of those"


def read_entry(told: ToldProduct, before: CatalogEntry | None, markets: Mapping[MarketId, Market]) -> CatalogEntry | Refusal:
    """The product as it is from now on. `before`: as it was, where only what is said changes; null for a whole product."""
    try:
        return _entry(told, before, markets)
    except Unfit as unfit:
        return unfit.refusal


def _entry(told: ToldProduct, before: CatalogEntry | None, markets: Mapping[MarketId, Market]) -> CatalogEntry:
    if not told.product_id:
        raise Unfit("id", "MISSING", "a product needs an id")
    fit(identifier(told.product_id, "id"))
    was = before or CatalogEntry(told.product_id, "", {})
    title = settle_line(told.title, was.title, "title", MAX_TITLE)
    if not title or told.price is None or (before is None and isinstance(told.price, Unsaid)):
        raise Unfit("price" if title else "title", "MISSING", "a product needs a title and a price")
    since, until = _dates(told, was)
    return CatalogEntry(
        product_id=told.product_id,
        title=title,
        offers=read_offers(told, before.offers if before else None, markets),
        wordings=_wordings(told.wordings, was.wordings),
        group_id=_id(told.group_id, was.group_id, "groupId"),
        sku=_id(told.sku, was.sku, "sku"),
        description=settle(told.description, was.description, lambda text: fit(prose(text, "description")), None),
        brand=settle_line(told.brand, was.brand, "brand", MAX_WORD),
        genre=settle_line(told.genre, was.genre, "genre", MAX_WORD),
        item_type=settle_line(told.item_type, was.item_type, "itemType", MAX_WORD),
        category_ids=settle(told.category_ids, was.category_ids, _categories, ()),
        image_urls=settle(told.image_urls, was.image_urls, _images, ()),
        page_url=settle_page(told.page_url, was.page_url, "pageUrl"),
        rating=settle(told.rating, was.rating, _rating, None),
        review_count=settle_whole(told.review_count, was.review_count, "reviewCount", 0) or 0,
        attributes=settle(told.attributes, was.attributes, lambda said: _attributes(said, was.attributes), {}),
        hidden=settle(told.hidden, was.hidden, bool, False),  # noqa: FBT003  (not hidden)
        valid_from=since,
        valid_to=until,
    )


def _id(said: Said[str], was: str | None, field: str) -> str | None:
    return settle(said, was, lambda told: fit(identifier(told, field)), None)


def _dates(told: ToldProduct, was: CatalogEntry) -> tuple[datetime | None, datetime | None]:
    since = settle(told.valid_from, was.valid_from, lambda moment: moment, None)
    until = settle(told.valid_to, was.valid_to, lambda moment: moment, None)
    if since and until and until <= since:
        raise Unfit("validTo", "OUT_OF_RANGE", "a product's time ends after it begins")
    return since, until


def _rating(told: float) -> float:
    if not (math.isfinite(told) and 0 <= told < 2**31):
        raise Unfit("rating", "OUT_OF_RANGE", "must not be negative, nor that large")
    return told


def _categories(told: Sequence[str]) -> tuple[CategoryId, ...]:
    _check_number(told, "categoryIds")
    found = (fit(identifier(each, f"categoryIds.{place}")) for place, each in enumerate(told))
    return tuple(dict.fromkeys(CategoryId(each) for each in found if each))


def _images(told: Sequence[str]) -> tuple[str, ...]:
    _check_number(told, "imageUrls")
    found = (fit(page(each, f"imageUrls.{place}")) for place, each in enumerate(told))
    return tuple(dict.fromkeys(each for each in found if each))


def _check_number(told: Sequence[str], field: str) -> None:
    if len(told) > MAX_LISTED:
        raise Unfit(field, "TOO_LONG", f"may have {MAX_LISTED} entries at most")


def _attributes(told: object, was: Attributes) -> Attributes:
    """Names that are told have these values; one that is told as null or as an empty list goes, others stay."""
    if not isinstance(told, Mapping):
        raise Unfit("attributes", "BAD_VALUE", 'must be an object, as in {"colour": ["red", "blue"], "size": 42}')
    found = {**was, **{name: _values(name, value) for name, value in told.items()}}
    kept = {name: values for name, values in found.items() if values}
    if len(kept) > MAX_ATTRIBUTES:
        raise Unfit("attributes", "TOO_LONG", f"may have {MAX_ATTRIBUTES} names at most")
    try:
        text = orjson.dumps(kept)
    except TypeError:
        raise Unfit("attributes", "BAD_VALUE", "holds a number past 64 bits, or a text that is no text") from None
    if len(text) > _MOST_ATTRIBUTES:
        raise Unfit("attributes", "TOO_LONG", f"may have {_MOST_ATTRIBUTES:,} bytes at most as JSON")
    return kept


def _values(name: str, told: Any) -> Sequence[Any]:
    field = f"attributes.{name[:MAX_ID]}"
    if not name or "\x1f" in name:
        raise Unfit("attributes", "BAD_TEXT", "an attribute's name has one character at least, and no control character")
    values = told if isinstance(told, list) else [] if told is None else [told]
    if len(values) > MAX_VALUES:
        raise Unfit(field, "TOO_LONG", f"may have {MAX_VALUES} values at most")
    for value in values:
        if not isinstance(value, str | int | float) or (isinstance(value, float) and not math.isfinite(value)):
            raise Unfit(field, "BAD_VALUE", _NO_VALUE)
        _check_length(field, name, value)
    return list(values)


def _check_length(field: str, name: str, value: str | float) -> None:
    try:
        length = len(f"{name}{value}".encode())
    except UnicodeEncodeError:
        length = 0
    if not length or "\0" in f"{name}{value}":
        raise Unfit(field, "BAD_TEXT", "must not contain NUL characters, nor half of a surrogate pair")
    if length > _MOST_VALUE:
        raise Unfit(field, "TOO_LONG", f"a name and one of its values may have {_MOST_VALUE:,} bytes at most")


def _wordings(said: Said[Sequence[ToldWording]], was: Mapping[str, Wording]) -> Mapping[str, Wording]:
    """Languages that are told say this; of a whole product there are no others."""
    if isinstance(said, Unsaid):
        return was
    found = dict(was) if said is not None else {}
    seen: set[str] = set()
    for place, each in enumerate(said or ()):
        at = f"locales.{place}"
        if not LOCALE.fullmatch(each.locale):
            raise Unfit(f"{at}.locale", "BAD_VALUE", f"{each.locale[:40]!r} is no locale, such as sv-SE")
        if each.locale in seen:
            raise Unfit(f"{at}.locale", "REPEATED", "this language is told twice")
        seen.add(each.locale)
        there = found.get(each.locale, Wording())
        found[each.locale] = _wording(each, there, at)
    return found


def _wording(told: ToldWording, was: Wording, at: str) -> Wording:
    return Wording(
        title=settle(told.title, was.title, lambda text: fit(one_line(text, f"{at}.title")), None),
        description=settle(told.description, was.description, lambda text: fit(prose(text, f"{at}.description")), None),
        page_url=settle_page(told.page_url, was.page_url, f"{at}.pageUrl"),
    )
