"""What tests of experiments tell at the doors, and the result that they read there."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from gateway.services.hearing.reckon import Reckoner
from gateway.store.reckoning import Reckoning
from tests.faces.experiments import create, led
from tests.faces.serving import Client

EXPOSE = """mutation ($exposures: [ExposureInput!]!) {
  recordExposures(exposures: $exposures) { accepted duplicates errors { index field code message } } }"""
TELL = "mutation ($events: [EventInput!]!) { recordEvents(events: $events) { accepted duplicates errors { index field code } } }"
SPREAD = "{ estimate lower upper }"
RESULT = f"""query ($id: ID!) {{ experimentResult(key: $id) {{
  experiment {{ phase status }} look openUnits verdict {{ decision inputs }}
  health {{ ok srmP multipleExposures botUnits forcedUnits warnings {{ code message }} }}
  exposures {{ variant units expectedShare }}
  metrics {{ role metric {{ key cap }} variants {{ variant units value numerator denominator difference {SPREAD} lift {SPREAD}
    p pAdjusted significant nonInferior preliminary note }} }} }} }}"""
ELSEWHERE = {"placements": [], "external": True, "guardrails": [], "conversionWindowHours": 24, "plannedEnd": None}
WAITING = """select from event_batch union all select from unit_due
  union all select from touch_stray join served_view using (tenant_id, view_id)"""
BATCH = 900
NOW = datetime.now(UTC)
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
LONG_AGO = NOW - 3 * DAY
"""When units meet their variants, unless a test says otherwise: every window of a day has closed."""

_ids = count()


async def tried(client: Client, key: str = "trial", **said: Any) -> dict[str, Any]:
    """An experiment whose variants are given elsewhere, begun."""
    plan = {"mode": "FIXED", "plannedUnits": 10, "goals": ["conversion"], "variants": arms("control", "other")}
    await create(client, key=key, **{**ELSEWHERE, **plan, **said})
    return await led(client, "start", key)


def arms(*keys: str) -> list[dict[str, Any]]:
    """Variants with even weights."""
    return [{"key": key, "weight": 1 / len(keys)} for key in keys]


def exposed(unit: str, variant: str = "control", at: datetime = LONG_AGO, key: str = "trial", kind: str = "sessionId") -> dict:
    """That a unit got its variant."""
    return {"experiment": key, "variant": variant, "visitor": {kind: unit}, "time": at.isoformat()}


async def expose(client: Client, *told: Mapping[str, Any]) -> dict[str, Any]:
    """Tells exposures, as the shop; the receipts added up."""
    return await _tell(client, EXPOSE, "exposures", told)


async def tell(client: Client, *events: Mapping[str, Any]) -> dict[str, Any]:
    """Tells events, as the shop; the receipts added up."""
    return await _tell(client, TELL, "events", events)


async def _tell(client: Client, query: str, name: str, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    whole: dict[str, Any] = {"accepted": 0, "duplicates": 0, "errors": []}
    for at in range(0, len(rows), BATCH):
        [receipt] = (await client.data(query, "server", **{name: list(rows[at : at + BATCH])})).values()
        for field, said in receipt.items():
            whole[field] += said
    return whole


def did(kind: str, unit: str, at: datetime, **more: Any) -> dict[str, Any]:
    """Something that a session did."""
    return {"id": f"e{next(_ids)}", "type": kind, "sessionId": unit, "productId": "boot", "time": at.isoformat(), **more}


def bought(unit: str, at: datetime, ore: int = 10_000, order: str | None = None, **more: Any) -> dict[str, Any]:
    """An order of one piece."""
    line = {"productId": "boot", "quantity": 1, "unitPrice": {"minorUnits": ore, "currency": "SEK"}}
    told = did("purchase", unit, at, orderId=order or f"o{next(_ids)}", lines=[line], **more)
    return {name: value for name, value in told.items() if name != "productId"}


def taken_back(unit: str, at: datetime, order: str) -> dict[str, Any]:
    """The refund of such an order."""
    told = did("refund", unit, at, orderId=order, lines=[{"productId": "boot", "quantity": 1}])
    return {name: value for name, value in told.items() if name != "productId"}


def sessions(prefix: str, number: int) -> Iterable[str]:
    return (f"{prefix}{each}" for each in range(number))


async def settled(client: Client, stores: Any, seconds: float = 100) -> None:
    """All that was told is added up, and clicks that were told before their views were written have found them."""
    async with asyncio.timeout(seconds):
        await Reckoner(Reckoning(stores.db)).catch_up()
        while await client.rows(WAITING):  # the server may be at it too
            await asyncio.sleep(0.02)
            await Reckoner(Reckoning(stores.db)).catch_up()


async def result(client: Client, stores: Any, key: str = "trial") -> dict[str, Any]:
    """The result once all is added up."""
    await settled(client, stores)
    return (await client.data(RESULT, "admin", id=key))["experimentResult"]


def of(told: Mapping[str, Any], metric: str, variant: str | int = 1) -> dict[str, Any]:
    """A metric of a variant, by its key or its place."""
    [found] = [each["variants"] for each in told["metrics"] if each["metric"]["key"] == metric]
    if isinstance(variant, int):
        return found[variant]
    return next(each for each in found if each["variant"] == variant)


def units(told: Mapping[str, Any]) -> list[int]:
    """How many came in, by variant."""
    return [each["units"] for each in told["exposures"]]


def warned(told: Mapping[str, Any]) -> set[str]:
    """What is wrong with it, or not yet right."""
    return {each["code"] for each in told["health"]["warnings"]}


def pairs(told: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    """Every metric with each of its variants but the control."""
    return ((metric, each) for metric in told["metrics"] for each in metric["variants"][1:])
