"""OFREP: experiments as feature flags, for any OpenFeature SDK. Evaluating is not exposing."""

import hashlib
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from gateway.errors import BadInput, GatewayError, Unavailable, UnknownExperiment
from gateway.rest.credentials import admitted
from gateway.rest.flag_context import NoTargetingKey, asked_about
from gateway.services.experimenting.evaluate import Flag
from gateway.services.gateway import Gateway

Said = dict[str, Any]
_RETRY_AFTER = "1"


class NotJson(BadInput):
    """The body is no JSON object with a context."""


def routes() -> list[BaseRoute]:
    """One flag, and all of them."""
    return [
        Route("/ofrep/v1/evaluate/flags/{key}", one, methods=["POST"]),
        Route("/ofrep/v1/evaluate/flags", every, methods=["POST"]),
    ]


async def one(request: Request) -> Response:
    """The flag of a key."""
    key = request.path_params["key"]
    try:
        [flag] = await _evaluated(request, [key])
    except GatewayError as wrong:
        return _refused(wrong, {"key": key})
    return _spoken(_said(flag))


async def every(request: Request) -> Response:
    """All flags; 304 where the client has them already."""
    try:
        found = await _evaluated(request, None)
    except GatewayError as wrong:
        return _refused(wrong, {})
    body = orjson.dumps({"flags": [_said(flag) for flag in found]})
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    had = request.headers.get("if-none-match", "")
    headers = {"etag": tag, "cache-control": "no-store"}
    if tag in [each.strip().removeprefix("W/") for each in had.split(",")]:
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type="application/json")


async def _evaluated(request: Request, keys: list[str] | None) -> tuple[Flag, ...]:
    gateway: Gateway = request.state.gateway
    shop, caller = admitted(request, gateway.shops)
    try:
        told = orjson.loads(await request.body() or b"{}")
    except orjson.JSONDecodeError as fault:
        raise NotJson(f"the body is no JSON: {fault}") from None
    if not isinstance(told, dict) or not isinstance(told.get("context") or {}, dict):
        raise NotJson
    asked = asked_about(shop, caller, told.get("context") or {}, request.headers.get("user-agent"))
    return await gateway.evaluator.flags(shop, caller, asked, keys)


def _said(flag: Flag) -> Said:
    """The flag; without a value where the shop's own code has the default."""
    said: Said = {"key": flag.key, "reason": flag.reason.value, "variant": flag.variant, "metadata": dict(flag.metadata)}
    return said if flag.value is None else {**said, "value": flag.value}


def _refused(wrong: GatewayError, beside: Said) -> Response:
    said = {
        **beside,
        "errorCode": _code(wrong),
        "errorDetails": f"{wrong.field}: {wrong.message}" if wrong.field else wrong.message,
    }
    answer = _spoken(said, 404 if isinstance(wrong, UnknownExperiment) else wrong.status)
    if isinstance(wrong, Unavailable):
        answer.headers["retry-after"] = _RETRY_AFTER
    return answer


def _code(wrong: GatewayError) -> str:
    if isinstance(wrong, UnknownExperiment):
        return "FLAG_NOT_FOUND"
    if isinstance(wrong, NoTargetingKey):
        return "TARGETING_KEY_MISSING"
    if isinstance(wrong, NotJson):
        return "PARSE_ERROR"
    return "INVALID_CONTEXT" if isinstance(wrong, BadInput) else "GENERAL"


def _spoken(said: Said, status: int = 200) -> Response:
    return Response(orjson.dumps(said), status, {"cache-control": "no-store"}, "application/json")
