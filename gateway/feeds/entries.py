"""One row of a plain catalog, read as a product with its categories."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from gateway.domain import harmless
from gateway.domain.catalog import Attributes, CatalogEntry, Category, ProductId, Wording
from gateway.feeds import amounts, texts
from gateway.feeds.destination import Destination
from gateway.feeds.offers import Told, read_offer
from gateway.feeds.refusals import Unusable
from gateway.feeds.shelves import Shelf, read_shelves, shelf_of

_HIDDEN = frozenset({"draft", "archived", "hidden", "disabled", "inactive", "private"})


OURS: Mapping[str, str] = {"product_id": "product_id", "title": "title"}
"""What a plain catalog calls what every product needs."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A product and every category that must be there for it."""

    entry: CatalogEntry
    categories: tuple[Category, ...] = ()


@dataclass(frozen=True, slots=True)
class Lister:
    """Reads rows for one destination; counts the values that were left out of products otherwise taken."""

    destination: Destination
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    dropped: Counter[str] = field(default_factory=Counter)

    def read(self, told: Told, called: Mapping[str, str] = OURS) -> Listed:
        """The product that the row tells; Unusable says what is wrong with it. `called`: what the file calls what it needs."""
        market = self.destination.needing_market().market if "market" not in told else self.destination.market_of(told["market"])
        product_id, title = texts.identifier(told.get("product_id"), "product_id"), texts.one_line(told.get("title"), "title")
        if not product_id or not title or market is None:
            name = called["title" if product_id else "product_id"]
            raise Unusable(name, "MISSING", f"has no {name}; a product needs an id and a title")
        google = told.get("google_category", "")
        shelves = [*read_shelves(told.get("categories", "")), *filter(None, [None if google.isdecimal() else shelf_of(google)])]
        entry = CatalogEntry(
            product_id=ProductId(product_id),
            title=title,
            offers={market.market_id: read_offer(told, market, self.now)},
            wordings=_wordings(told.get("wordings")),
            group_id=texts.identifier(told.get("group_id"), "group_id"),
            sku=texts.identifier(told.get("sku"), "sku"),
            description=texts.prose(told.get("description"), "description"),
            brand=texts.one_line(told.get("brand"), "brand", harmless.MAX_WORD),
            genre=texts.one_line(told.get("genre"), "genre", harmless.MAX_WORD),
            item_type=texts.one_line(told.get("item_type"), "item_type", harmless.MAX_WORD),
            category_ids=tuple(dict.fromkeys(shelf[-1].category_id for shelf in shelves)),
            image_urls=self.images(_listed_urls(told.get("image_urls")) + _listed_urls(told.get("more_image_urls"))),
            page_url=self.page(told.get("page_url")),
            rating=amounts.positive(told["rating"], "rating") if "rating" in told else None,
            review_count=int(amounts.positive(told.get("review_count", "0"), "review_count")),
            attributes=_attributes(told),
            hidden=_hidden(told),
            valid_from=texts.moment(told["valid_from"], "valid_from") if "valid_from" in told else None,
            valid_to=texts.moment(told["valid_to"], "valid_to") if "valid_to" in told else None,
        )
        return Listed(entry, standing(shelves))

    def images(self, told: Sequence[str]) -> tuple[str, ...]:
        """The pictures that can be shown, each once."""
        usable = [url for one in told if (url := harmless.address(one))]
        self.dropped["image_urls"] += len(told) - len(usable)
        return tuple(dict.fromkeys(usable))

    def page(self, told: str | None) -> str | None:
        """The product's page, where it can be linked to."""
        url = harmless.address(told) if told else None
        self.dropped["page_url"] += bool(told) and url is None
        return url


def standing(shelves: Sequence[Shelf]) -> tuple[Category, ...]:
    """All categories of these shelves that have a name, each once."""
    return tuple({category.category_id: category for shelf in shelves for category in shelf if category.name}.values())


def _hidden(told: Told) -> bool | None:
    """Null where the row says nothing of it: a product that the shop hid stays hidden."""
    if "hidden" in told:
        return amounts.truth(told["hidden"], "hidden")
    return told["status"].casefold() in _HIDDEN if "status" in told else None


def _listed_urls(told: str | None) -> list[str]:
    if told and told.startswith("["):
        return [one for one in texts.json_of(told, "image_urls", list) if isinstance(one, str)]
    return texts.addresses(told) if told else []


def _attributes(told: Told) -> Attributes:
    found: dict[str, list[Any]] = {}
    for name, value in texts.json_of(told.get("attributes", "{}"), "attributes", dict).items():
        values = value if isinstance(value, list) else [value]
        found[name] = [one for one in values if isinstance(one, str | int | float | bool)]
    for column, value in told.items():
        if column.startswith("attributes."):
            found[column.removeprefix("attributes.")] = split(value, r"[,;|]" if column == "attributes.tags" else r"[;|]")
    if (google := told.get("google_category", "")).isdecimal():  # a number in Google's list, and no name of a category
        found["google_category"] = [google]
    return {name: values for name, values in found.items() if values}


def split(told: str, between: str) -> list[str]:
    """The pieces of a list in one text, each once."""
    if told.startswith("["):
        return [str(one) for one in texts.json_of(told, "attributes", list)]
    return list(dict.fromkeys(piece.strip() for piece in re.split(between, told) if piece.strip()))


def _wordings(told: str | None) -> dict[str, Wording]:
    listed = texts.json_of(told, "wordings", dict) if told else {}
    return {
        locale: Wording(
            texts.one_line(words.get("title"), "wordings"),
            texts.prose(words.get("description"), "wordings"),
            harmless.address(words.get("page_url") or ""),
        )
        for locale, words in listed.items()
        if isinstance(words, dict)
    }
