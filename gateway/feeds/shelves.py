"""Categories as feeds tell them: `Furniture > Sofas`, lists of such paths, or our own export's ids with names."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from gateway.domain.catalog import Category, CategoryId
from gateway.domain.event import MAX_ID
from gateway.domain.plain_text import plain_text
from gateway.feeds.refusals import Unusable

Shelf = Sequence[Category]
"""From the top down to the category itself; one without a name is only pointed at."""


def read_shelves(told: str) -> list[Shelf]:
    """A product's categories: `A > B | C`, lines, or a JSON list of paths or of lists of `{id, name, parent}`, lowest first."""
    if not told.startswith("["):
        return [shelf for path in _paths(told) if (shelf := shelf_of(path))]
    try:
        listed = orjson.loads(told)
    except ValueError:
        raise Unusable("categories", "NO_JSON", f"{told[:40]!r} is no JSON list") from None
    return [shelf for one in listed if (shelf := shelf_of(one) if isinstance(one, str) else _exported(one))]


def _paths(told: str) -> list[str]:
    """Between commas only where each piece is a path from the same top: a category's name may have commas of its own."""
    found: list[str] = []
    for path in re.split(r"[|\n]", told):
        pieces = path.split(",")
        tops = {piece.partition(">")[0].strip() for piece in pieces}
        found += pieces if len(tops) == 1 and all(">" in piece for piece in pieces) else [path]
    return found


def shelf_of(path: str) -> Shelf:
    """`Furniture > Sofas` as categories `furniture` and `furniture/sofas`; empty where nothing is left of the path."""
    shelf: list[Category] = []
    for name in (plain_text(piece) for piece in path.split(">")):
        slug = re.sub(r"[^\w]+", "-", name.casefold()).strip("-")
        if not slug:
            continue
        above = shelf[-1].category_id if shelf else None
        shelf.append(Category(_checked(f"{above}/{slug}" if above else slug), name, above))
    return shelf


def _exported(told: object) -> Shelf:
    steps = told if isinstance(told, Sequence) else [told]
    return [_category(step) for step in reversed(steps)]


def _category(told: Any) -> Category:
    if not isinstance(told, Mapping) or not isinstance(told.get("id"), str) or not told["id"]:
        raise Unusable("categories", "NO_CATEGORY", "a category is a path, or an object with id, name and parent")
    category_id, parent = _checked(told["id"]), str(told.get("parent") or "")
    above = CategoryId(parent) if parent not in ("", category_id) else None
    return Category(category_id, str(told.get("name") or ""), above)


def _checked(category_id: str) -> CategoryId:
    if len(category_id) > MAX_ID:
        raise Unusable("categories", "TOO_LONG", f"{category_id[:40]!r}… makes an id of more than {MAX_ID} characters")
    return CategoryId(category_id)
