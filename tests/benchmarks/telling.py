"""What visitors do, generated: the same events as requests over each face and as rows of PostgreSQL."""

import random
import secrets
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import msgspec
import orjson

from gateway.domain import ids
from gateway.domain.event import Event
from gateway.domain.told import Told, event_of
from gateway.domain.visitor import SessionId, Visitor
from gateway.store.batch import COLUMNS, each_once, rows_of
from tests.benchmarks import stage
from tests.benchmarks.load import post

TELL = "mutation ($events: [EventInput!]!) { recordEvents(events: $events) { accepted duplicates errors { message } } }"
ROW = COLUMNS[2:-3]  # of an event alone, as the table has it
_KINDS = ["impression"] * 10 + ["view"] * 6 + ["click"] * 2 + ["add_to_cart"] + ["purchase"]
_OPEN = 400  # visits under way
_LONG = 8  # events a visit has


class Visitors:
    """Hundreds of visits at once, each of about eight events: half impressions, a third views, one purchase in twenty."""

    def __init__(self) -> None:
        self._chance = random.Random(5)
        self._visits = [secrets.token_hex(16) for _ in range(_OPEN)]

    def event(self) -> dict[str, Any]:
        """What one of them does next."""
        place = self._chance.randrange(_OPEN)
        if self._chance.random() < 1 / _LONG:
            self._visits[place] = secrets.token_hex(16)
        kind = self._chance.choice(_KINDS)
        told: dict[str, Any] = {
            "type": kind, "id": str(uuid4()), "sessionId": self._visits[place], "market": "eu", "channel": "web",
            "productId": f"p{self._chance.randrange(stage.PRODUCTS) + 1}",
        }  # fmt: skip
        if kind in ("impression", "click"):
            told |= {"recommendationId": str(self._shown()), "placement": "item_page.similar"}
        if kind == "purchase":
            told |= {"orderId": secrets.token_hex(8), "quantity": 1, "unitPrice": {"minorUnits": 1999, "currency": "EUR"}}
        return told

    def over_rest(self, count: int, batch: int) -> list[bytes]:
        """Requests of POST /v1/events, `batch` events each."""
        return [post("/v1/events", orjson.dumps({"events": self._several(batch)}), stage.KEY) for _ in range(count)]

    def over_graphql(self, count: int, batch: int) -> list[bytes]:
        """The same as recordEvents."""
        bodies = ({"query": TELL, "variables": {"events": self._several(batch)}} for _ in range(count))
        return [post("/graphql", orjson.dumps(body), stage.KEY) for body in bodies]

    def rows(self, count: int) -> list[tuple[object, ...]]:
        """The same as rows of the table event, made by the gateway's own hands."""
        now = datetime.now(UTC)
        told = [msgspec.convert(each, Told) for each in self._several(count)]
        events = [event_of(each, stage.TENANT, _visitor(each), "SERVER", channel=None, apart=None, now=now) for each in told]
        return [row[2:-3] for row in rows_of(each_once([event for event in events if isinstance(event, Event)]))]

    def _several(self, batch: int) -> list[dict[str, Any]]:
        return [self.event() for _ in range(batch)]

    def _shown(self) -> UUID:
        view_id = ids.make_view_id(datetime.now(UTC), secrets.token_bytes(8))
        return ids.recommendation_id(view_id, 0, self._chance.randrange(12))


def _visitor(told: Told) -> Visitor:
    return Visitor(SessionId(told.session_id or ""))
