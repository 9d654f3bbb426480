"""POST /v1/exposures: who got which variant elsewhere, told by servers and imports."""

from datetime import datetime
from typing import Any

import msgspec
import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from gateway.domain.event import Refusal
from gateway.domain.exposure import ToldExposure
from gateway.domain.tenant import Caller, Scope
from gateway.errors import BadInput, Forbidden
from gateway.rest.asked import AskedVisitor
from gateway.rest.credentials import admitted
from gateway.rest.fault import in_words
from gateway.services.administering.admit import require
from gateway.services.gateway import Gateway
from gateway.services.hearing.track import Receipt
from gateway.services.shop import Shop

_SHAPES = 'send {"exposures": [ … ]}, or an array of exposures'


class AskedExposure(msgspec.Struct, rename="camel", frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The fields are those of ExposureInput."""

    experiment: str
    variant: str | None = None
    split_group: str | None = None
    visitor: AskedVisitor
    time: datetime | None = None
    propensity: float | None = None


class _Parcel(msgspec.Struct):
    exposures: list[msgspec.Raw]


_parcel = msgspec.json.Decoder(_Parcel)
_array = msgspec.json.Decoder(list[msgspec.Raw])
_exposure = msgspec.json.Decoder(AskedExposure)


def routes() -> list[BaseRoute]:
    """The path by which exposures come in."""
    return [Route("/v1/exposures", record, methods=["POST"])]


async def record(request: Request) -> Response:
    """Acknowledges once committed. Each exposure is accepted, recognised as known, or refused with a reason."""
    gateway: Gateway = request.state.gateway
    shop, caller = admitted(request, gateway.shops)
    require(caller, Scope.SERVER)
    told = [_told(row, caller, shop) for row in _rows(await request.body())]
    receipt = await gateway.witness.record(shop, told, caller.apart)
    return Response(orjson.dumps(_said(receipt)), headers={"cache-control": "no-store"}, media_type="application/json")


def _rows(body: bytes) -> list[msgspec.Raw]:
    try:
        return _array.decode(body) if body.lstrip()[:1] == b"[" else _parcel.decode(body).exposures
    except (ValueError, RecursionError):
        raise BadInput(f"the body holds no exposures; {_SHAPES}", field="exposures") from None


def _told(row: msgspec.Raw, caller: Caller, shop: Shop) -> ToldExposure | Refusal:
    try:
        asked = _exposure.decode(row)
        visitor = asked.visitor.recognised(caller, shop)
    except (BadInput, Forbidden) as bad:
        return Refusal(bad.field or "visitor", bad.code, bad.message)
    except (ValueError, RecursionError) as fault:
        found = in_words(fault, "is no field of an exposure: its fields are those of ExposureInput")
        return Refusal(found.field or "exposures", found.code, found.message)
    return ToldExposure(asked.experiment, asked.variant, asked.split_group, visitor, asked.time, asked.propensity)


def _said(receipt: Receipt) -> dict[str, Any]:
    errors = [
        {"index": row.index, "id": None, "field": row.refusal.field, "code": row.refusal.code, "message": row.refusal.message}
        for row in receipt.refused
    ]
    return {"accepted": len(receipt.accepted), "duplicates": receipt.duplicates, "errors": errors, "warnings": []}
