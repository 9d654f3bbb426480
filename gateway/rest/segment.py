"""Segment's tracking API, which RudderStack speaks too: a source is pointed at us, with a key of ours as its write key."""

from base64 import b64decode
from binascii import Error as NoBase64
from collections.abc import Callable, Coroutine, Sequence
from datetime import UTC, datetime
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from gateway.domain.tenant import Caller
from gateway.errors import GatewayError, Unauthenticated
from gateway.feeds import segment
from gateway.feeds.heard import Given, Home, an_object, text
from gateway.rest.credentials import foreign_origin, secret_of
from gateway.rest.hearsay import Fault, Outcome, home_of, take_in
from gateway.services.administering.admit import admit
from gateway.services.gateway import Gateway
from gateway.services.shop import Shop

Handler = Callable[[Request], Coroutine[Any, Any, Response]]

_SHORT = {
    "track": "t",
    "page": "p",
    "screen": "s",
    "identify": "i",
    "group": "g",
    "alias": "a",
}  # as its script for browsers says


def routes() -> list[BaseRoute]:
    """A path a kind of call, and those of batches."""
    singles = [Route(f"/v1/{name}", _one(kind), methods=["POST"]) for kind in _SHORT for name in (kind, _SHORT[kind])]
    batches = [Route(f"/v1/{name}", _many(historical=name == "import"), methods=["POST"]) for name in ("batch", "b", "import")]
    return [*singles, *batches]


def _one(kind: str) -> Handler:
    """A call alone: 400 says why nothing of it can be used."""

    async def take(request: Request) -> Response:
        try:
            body = _read(await request.body())
            shop, caller = _admitted(request, body)
            outcome = await _take_in(request, shop, caller, [{**body, "type": kind}], datetime.now(UTC))
        except (GatewayError, _NoCall) as error:
            return _refuse(error)
        if outcome.faults and not (outcome.accepted or outcome.duplicates):
            errors = _errors(outcome.faults, [body])
            return _say({"success": False, "message": f"{errors[0]['field']}: {errors[0]['message']}", "errors": errors}, 400)
        return _say(_told(outcome, [body]))

    return take


def _many(*, historical: bool) -> Handler:
    """A batch of calls: those that cannot be used are told, the others stand. Of `historical` ones the times are believed."""

    async def take(request: Request) -> Response:
        try:
            body = _read(await request.body())
            shop, caller = _admitted(request, body)
            calls = _calls(body)
            outcome = await _take_in(request, shop, caller, calls, None if historical else datetime.now(UTC))
        except (GatewayError, _NoCall) as error:
            return _refuse(error)
        return _say(_told(outcome, calls))

    return take


class _NoCall(Exception):
    """The body is nothing that this API takes."""


def _read(body: bytes) -> Given:
    try:
        given = orjson.loads(body)
    except orjson.JSONDecodeError as broken:
        raise _NoCall(f"the body is no JSON ({broken.msg})") from None
    if not isinstance(given, dict):
        raise _NoCall("a call is a JSON object")
    return given


def _calls(body: Given) -> list[Given]:
    """The calls of a batch; what stands beside them counts for each that says nothing else."""
    batch = body.get("batch")
    if not isinstance(batch, list):
        raise _NoCall('a batch is {"batch": [ … ]}, a call each')
    beside = {name: body[name] for name in ("sentAt", "anonymousId", "userId") if name in body}
    shared = an_object(body.get("context"))
    return [
        {**beside, **call, "context": {**shared, **an_object(call.get("context"))}} if isinstance(call, dict) else {}
        for call in batch
    ]


def _admitted(request: Request, body: Given) -> tuple[Shop, Caller]:
    """By HTTP Basic with the key as user name, by `writeKey` in the body, or by the headers that all our routes read."""
    gateway: Gateway = request.state.gateway
    secret = secret_of(request) or _basic(request.headers.get("authorization", "")) or text(body.get("writeKey"))
    if not secret:
        raise Unauthenticated("an API key is needed: as the write key, which is the user name of HTTP Basic, or as writeKey")
    return admit(gateway.shops, secret, origin=foreign_origin(request), now=datetime.now(UTC))


def _basic(header: str) -> str | None:
    scheme, _, value = header.partition(" ")
    if scheme.casefold() != "basic":
        return None
    try:
        return b64decode(value, validate=True).decode().partition(":")[0]
    except (NoBase64, ValueError):
        return None


async def _take_in(request: Request, shop: Shop, caller: Caller, calls: Sequence[Given], received: datetime | None) -> Outcome:
    home: Home = home_of(request, shop, caller)
    return await take_in(request, shop, caller, "segment", [segment.hear(call, home, received) for call in calls])


def _told(outcome: Outcome, calls: Sequence[Given]) -> dict[str, Any]:
    return {
        "success": True,
        "accepted": outcome.accepted,
        "duplicates": outcome.duplicates,
        "dropped": outcome.dropped,
        "errors": _errors(outcome.faults, calls),
        "warnings": _errors(outcome.odd, calls),
    }


def _errors(faults: Sequence[Fault], calls: Sequence[Given]) -> list[dict[str, Any]]:
    return [
        {
            "index": fault.number,
            "messageId": text(calls[fault.number].get("messageId")),
            "field": _path(fault),
            "code": fault.refusal.code,
            "message": segment.WORDING.of(fault.refusal).message,
        }
        for fault in faults
    ]


def _path(fault: Fault) -> str:
    """Where it stands in the call: `properties.products[1].product_id`."""
    named, at = segment.WORDING.of(fault.refusal).field, fault.at
    if not at or named in segment.OF_CALLS or "[" in named:
        return named
    return f"{at}.{named.removeprefix('properties.')}"


def _refuse(error: GatewayError | _NoCall) -> Response:
    """As this API's clients read it: what is final is 4xx, what they should send again 5xx."""
    if isinstance(error, GatewayError):
        return _say({"success": False, "code": error.code, "message": error.message}, error.status)
    return _say({"success": False, "code": "BAD_USER_INPUT", "message": str(error)}, 400)


def _say(said: Any, status: int = 200) -> Response:
    return Response(orjson.dumps(said), status, {"cache-control": "no-store"}, "application/json")
