"""POST /v1/events: what happened, told by servers, by apps, and by the beacons of browsers."""

from collections.abc import Sequence
from datetime import UTC, datetime

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from gateway.domain.event import Event, Refusal
from gateway.domain.told import Told
from gateway.rest.credentials import admitted_anywhere
from gateway.rest.decipher import Misread
from gateway.rest.parcel import unpack
from gateway.services.administering.admit import require_recording
from gateway.services.gateway import Gateway
from gateway.services.hearing.telling import read_event
from gateway.services.hearing.track import Receipt, RefusedRow


def routes() -> list[BaseRoute]:
    """The path by which events come in."""
    return [Route("/v1/events", record, methods=["POST"])]


async def record(request: Request) -> Response:
    """Acknowledges once committed. Each event is accepted, recognised as a duplicate, or refused with a reason."""
    gateway: Gateway = request.state.gateway
    shop, caller = admitted_anywhere(request, gateway.shops)
    require_recording(caller)
    given = unpack(request.headers.get("content-type", ""), await request.body())
    now, agent = datetime.now(UTC), request.headers.get("user-agent")
    told: list[Event | Refusal] = [
        each.refusal if isinstance(each, Misread) else read_event(each, caller, shop.tenant, now, agent) for each in given
    ]
    return _receipt(await gateway.tracker.record(shop, told), given)


def _receipt(receipt: Receipt, given: Sequence[Told | Misread]) -> Response:
    errors, warnings = ([_row(row, given) for row in rows] for rows in (receipt.refused, receipt.warnings))
    said = {"accepted": len(receipt.accepted), "duplicates": receipt.duplicates, "errors": errors, "warnings": warnings}
    return Response(orjson.dumps(said), headers={"cache-control": "no-store"}, media_type="application/json")


def _row(row: RefusedRow, given: Sequence[Told | Misread]) -> dict[str, object]:
    told = row.refusal
    return {"index": row.index, "id": given[row.index].id, "field": told.field, "code": told.code, "message": told.message}
