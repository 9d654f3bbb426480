"""Google Analytics 4's Measurement Protocol: a shop that tells Google tells us by another host name."""

from datetime import UTC, datetime
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from gateway.domain.event import Refusal
from gateway.domain.tenant import Caller
from gateway.errors import BadInput, Unauthenticated
from gateway.feeds import ga4
from gateway.feeds.heard import Heard, Home
from gateway.feeds.refusals import Unusable
from gateway.rest.credentials import foreign_origin, secret_of
from gateway.rest.hearsay import Fault, home_of, look_through, take_in
from gateway.services.administering.admit import admit
from gateway.services.gateway import Gateway
from gateway.services.shop import Shop

_OF_PAYLOAD = frozenset({"client_id", "user_id", "events"})
_OF_EVENT = frozenset({"name", "timestamp_micros"})
_CODES = {"MISSING": "VALUE_REQUIRED", "OUT_OF_RANGE": "VALUE_OUT_OF_BOUNDS", "TOO_LONG": "VALUE_OUT_OF_BOUNDS"}


def routes() -> list[BaseRoute]:
    """Google's two paths."""
    return [Route("/mp/collect", collect, methods=["POST"]), Route("/debug/mp/collect", validate, methods=["POST"])]


async def collect(request: Request) -> Response:
    """204 once it is committed, as Google answers, whatever of it is kept; 400 for what is no payload at all."""
    shop, caller = _admitted(request)
    try:
        heard = _hear(await request.body(), home_of(request, shop, caller))
    except Unusable as unusable:
        raise BadInput(unusable.refusal.message, field=unusable.refusal.field) from None
    await take_in(request, shop, caller, "ga4", [each for _, each in heard])
    return Response(status_code=204, headers={"cache-control": "no-store"})


async def validate(request: Request) -> Response:
    """What is wrong with a payload, in Google's words, and beside it what of it says nothing to us; nothing is kept."""
    shop, caller = _admitted(request)
    try:
        heard = _hear(await request.body(), home_of(request, shop, caller))
    except Unusable as unusable:
        return _say({"validationMessages": [_message(unusable.refusal.field, unusable.refusal)]})
    outcome = await look_through(request, shop, caller, [each for _, each in heard])
    messages = [_message(_path(heard[fault.number][0], fault), fault.refusal) for fault in outcome.faults]
    odd = [_warning(_path(heard[fault.number][0], fault), fault.refusal) for fault in outcome.odd]
    return _say({"validationMessages": messages, "endcap": {"dropped": outcome.dropped, "warnings": odd}})


def _admitted(request: Request) -> tuple[Shop, Caller]:
    """By `api_secret`, which is a key of ours; or by the headers that all our routes read."""
    gateway: Gateway = request.state.gateway
    secret = secret_of(request) or request.query_params.get("api_secret")
    if not secret:
        raise Unauthenticated("an API key is needed: as api_secret in the address, as in /mp/collect?api_secret=SECRET")
    return admit(gateway.shops, secret, origin=foreign_origin(request), now=datetime.now(UTC))


def _hear(body: bytes, home: Home) -> list[tuple[str, Heard]]:
    try:
        payload = orjson.loads(body)
    except orjson.JSONDecodeError as broken:
        raise Unusable("body", "VALUE_INVALID", f"is no JSON ({broken.msg})") from None
    return list(ga4.hear_payload(payload if isinstance(payload, dict) else {}, home))


def _path(event: str, fault: Fault) -> str:
    """Where Google would say that it stands: `events[0].params.items[1].item_id`."""
    field = ga4.WORDING.of(fault.refusal).field
    at = "" if field.startswith("items[") else fault.at
    if field in _OF_PAYLOAD:
        return field
    return ".".join(filter(None, (event, field))) if field in _OF_EVENT else ".".join(filter(None, (event, "params", at, field)))


def _message(path: str, refusal: Refusal) -> dict[str, str]:
    code = _CODES.get(refusal.code, "VALUE_INVALID")
    return {"fieldPath": path, "description": f"{path}: {ga4.WORDING.of(refusal).message}", "validationCode": code}


def _warning(path: str, refusal: Refusal) -> dict[str, str]:
    """What stands and is odd is nothing that Google has a word for: it is said in ours."""
    return {"fieldPath": path, "code": refusal.code, "description": f"{path}: {ga4.WORDING.of(refusal).message}"}


def _say(said: Any) -> Response:
    return Response(orjson.dumps(said), 200, {"cache-control": "no-store"}, "application/json")
