"""Releases made from a few rows, without a database: the files that a trainer would bring, then the real rehearsal."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from gateway.domain.event import Event
from gateway.domain.event_type import STANDARD, Types
from gateway.index.manifest import Manifest
from gateway.index.workshop import CATEGORIES, EVENTS, PRODUCTS, Limits
from gateway.strategies.rehearsal import Score, rehearse


@dataclass(frozen=True)
class Told:
    """A product as training hears of it."""

    product_id: str
    title: str | None = None
    brand: str | None = None
    traits: str = ""
    categories: Sequence[str] = ()
    showable: bool = True
    market_id: str = "se"
    price: int = 10_000
    rating: float | None = None
    review_count: int = 0


def bring(
    work: Path, products: Iterable[Told], events: Iterable[Event] = (), categories: Iterable[tuple] = (), types: Types = STANDARD
) -> Path:
    """Writes the three files; where they lie."""
    work.mkdir(parents=True, exist_ok=True)
    head = ("product_id", "title", "brand", "traits", "category_ids", "showable", "market_id", "price", "rating", "review_count")
    _write(work / PRODUCTS, head, map(_told, products))
    _write(work / CATEGORIES, ("category_id", "name", "parent_id"), categories)
    head = ("owner", "moment", "bought", "weight", "product_id", "order_id", "market_id", "event_id", "line", "term", "half_life")
    _write(work / EVENTS, head, [row for event in events for row in _rows(event, types)])
    return work


def make_release(
    folder: Path, products: Iterable[Told], events: Iterable[Event] = (), categories: Iterable[tuple] = ()
) -> Manifest:
    """A sealed release in `folder`."""
    work = bring(folder.with_name(f"{folder.name}-work"), products, events, categories)
    return rehearse(Score(folder.name, work, folder, Limits()), lambda _: None)


def _told(p: Told) -> tuple:
    shown = "t" if p.showable else "f"
    return p.product_id, p.title, p.brand, p.traits, _list(p.categories), shown, p.market_id, p.price, p.rating, p.review_count


def _rows(event: Event, types: Types) -> list[tuple]:
    seen = event.visitor
    owner = f"s:{seen.session_id}" if seen.session_id else f"u:{seen.user_id}"
    says = types[event.type]
    front = (owner, event.happened_at.timestamp(), "t" if event.type == "purchase" else "f", says.weight)
    back = (event.order_id, event.market_id, event.event_id)
    products = [line.product_id for line in event.lines] or [event.product_id]
    return [(*front, product, *back, line, event.search_term, says.half_life_days) for line, product in enumerate(products)]


def _write(path: Path, head: Sequence[str], rows: Iterable[Sequence]) -> None:
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerows([head, *rows])


def _list(values: Sequence[str]) -> str:
    return "[" + ", ".join(f'"{value}"' for value in values) + "]"
