"""Clients that tell events, tell them again where no answer came, and remember what was acknowledged."""

import asyncio
import random
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import httpx

KEY = {"x-api-key": "secret-storefront"}
TELL = "mutation ($events: [EventInput!]!) { recordEvents(events: $events) { accepted duplicates errors { message } } }"
_PATIENCE = 15.0  # seconds: longer than the gateway's own
_GIVES_UP = 0.1  # the share of clients that do not come back where no answer came
_REPEATS = 0.05  # the share of batches that is told again though it was acknowledged


@dataclass(slots=True)
class Ledger:
    """What was told, line by line, and of it what was acknowledged."""

    told: set[str] = field(default_factory=set)
    acknowledged: set[str] = field(default_factory=set)
    counts: Counter[str] = field(default_factory=Counter)


class Teller:
    """One client. It tells small batches, over REST or GraphQL, to whichever server answers."""

    def __init__(self, name: str, ports: Sequence[int], ledger: Ledger, seed: int) -> None:
        self._name = name
        self._ports = ports
        self._ledger = ledger
        self._chance = random.Random(f"{seed}-{name}")
        self._turn = 0

    async def run(self, http: httpx.AsyncClient, stop: asyncio.Event) -> None:
        """Tells until it is told to stop; what it has begun it ends."""
        while not stop.is_set():
            events = self._events()
            self._ledger.told |= lines_of(events)
            if await self._tell_until_heard(http, events):
                self._ledger.acknowledged |= lines_of(events)
                if self._chance.random() < _REPEATS:
                    await self._tell(http, events)

    async def _tell_until_heard(self, http: httpx.AsyncClient, events: list[dict[str, Any]]) -> bool:
        while not await self._tell(http, events):
            self._ledger.counts["told again"] += 1
            if self._chance.random() < _GIVES_UP:
                self._ledger.counts["given up"] += 1
                return False
            await asyncio.sleep(self._chance.uniform(0.01, 0.2))
        return True

    async def _tell(self, http: httpx.AsyncClient, events: list[dict[str, Any]]) -> bool:
        """Whether the batch was acknowledged, each event of it as new or as known."""
        address = f"http://127.0.0.1:{self._chance.choice(self._ports)}"
        over_rest = self._chance.random() < 0.8
        path, body = (
            ("/v1/events", {"events": events}) if over_rest else ("/graphql", {"query": TELL, "variables": {"events": events}})
        )
        receipt: Any = None
        with suppress(httpx.TransportError):
            answer = await http.post(address + path, json=body, headers=KEY, timeout=_PATIENCE)
            self._ledger.counts[f"answers {answer.status_code}"] += 1
            said = answer.json() if answer.status_code == httpx.codes.OK else {}
            receipt = said if over_rest else (said.get("data") or {}).get("recordEvents")
        if not receipt:
            return False
        assert not receipt["errors"], receipt["errors"]
        assert receipt["accepted"] + receipt["duplicates"] == len(events), receipt
        self._ledger.counts["accepted"] += receipt["accepted"]
        return True

    def _events(self) -> list[dict[str, Any]]:
        """A few views of one of its visits, and now and then an order told whole."""
        self._turn += 1
        name = f"{self._name}-{self._turn}"
        visit = {"sessionId": f"{self._name}-{self._turn // 5}"}
        views: list[dict[str, Any]] = [
            {"type": "view", "id": f"{name}-{n}", "productId": "boot", **visit} for n in range(self._chance.randint(1, 20))
        ]
        order = {
            "type": "purchase",
            "id": f"{name}-o",
            "orderId": name,
            "lines": [{"productId": "boot"}, {"productId": "wax"}],
            **visit,
        }
        return [*views, order] if self._chance.random() < 0.2 else views


def lines_of(events: Sequence[dict[str, Any]]) -> set[str]:
    """A name for each row that is to be there: the event's id and the line."""
    return {f"{event['id']}/{line}" for event in events for line in range(len(event.get("lines", "1")))}
