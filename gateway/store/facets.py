"""How many products pass, and what they say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gateway.domain.facet import FacetAsk
from gateway.domain.tenant import Shelf
from gateway.domain.terms import Ask, Check
from gateway.store.catalog import place
from gateway.store.database import Database
from gateway.store.goods import ask_row, check_row


@dataclass(frozen=True, slots=True)
class Question:
    """What one request asks to be counted: the products that its ask admits and its words match, by these facets."""

    ask: Ask
    term: str | None = None
    facets: Sequence[FacetAsk] = ()


Counted = Mapping[str, Any]
"""`total`, and for each facet the numbers of its buckets: sql/migrations, count_products."""


class FacetStore:
    """Counts products of a market."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def count(
        self,
        shelf: Shelf,
        region: str | None,
        checks: Sequence[Check],
        questions: Sequence[Question],
        seconds: float | None = None,
    ) -> list[Counted]:
        """All questions in one statement, in their order; Unavailable past the deadline of `seconds`."""
        rows = await self._db.fetch_within(
            seconds,
            "facet.count",
            **place(shelf),
            region=region,
            tests=[check_row(check) for check in checks],
            questions=[
                {"ask": ask_row(each.ask), "term": each.term, "facets": [_facet_row(facet) for facet in each.facets]}
                for each in questions
            ],
        )
        return [row["counted"] for row in rows]


def _facet_row(facet: FacetAsk) -> dict[str, Any]:
    return {
        "field": facet.field,
        "kind": facet.kind,
        "count": facet.most,
        "maxRanges": facet.most,
        "ranges": [{"from": each.least, "to": each.below} for each in facet.ranges],
    }
