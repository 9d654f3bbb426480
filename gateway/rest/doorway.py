"""The doorway of every request: an id and a log line, a bound on the body, and what browsers on other sites may read."""

import logging
import re
from time import perf_counter
from typing import Protocol
from uuid import uuid4

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.rest.log import request_id
from gateway.services.measure import REQUESTS

logger = logging.getLogger("endcap.access")

_SANE_ID = re.compile(r"[A-Za-z0-9._-]{8,128}")
_METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE", "WEBSOCKET"})
_STREAMS = ("text/event-stream", "multipart/mixed")
_PREFLIGHT_SECONDS = 86400


class KnowsOrigins(Protocol):
    """Says whether pages of an origin may ask at all."""

    def allows_origin(self, origin: str) -> bool: ...


class Journal:
    """Gives each request an id, and logs how it ended: method, route, status, time; of a stream the time until it began. Never
    what a caller wrote into the path or the query, never an address.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            return await self._app(scope, receive, send)
        given = Headers(scope=scope).get("x-request-id", "")
        token = request_id.set(given if _SANE_ID.fullmatch(given) else uuid4().hex)
        status, began = 500, None
        started = perf_counter()

        async def sending(message: Message) -> None:
            nonlocal status, began
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers["x-request-id"] = request_id.get()
                began = perf_counter() if headers.get("content-type", "").startswith(_STREAMS) else None
            elif message["type"] == "websocket.accept":
                status, began = 101, perf_counter()
            elif message["type"] == "websocket.close" and began is None:
                status = 403
            await send(message)

        try:
            await self._app(scope, receive, sending)
        finally:
            _note(scope, status, (began or perf_counter()) - started)
            request_id.reset(token)
        return None


def _note(scope: Scope, status: int, seconds: float) -> None:
    route = getattr(scope.get("route"), "path", "none")
    named = scope.get("method", "WEBSOCKET")
    method = named if named in _METHODS else "OTHER"
    REQUESTS.labels(route, method, str(status)).observe(seconds)
    about = {"method": method, "path": route, "status": status, "milliseconds": round(seconds * 1000, 2)}
    logger.info("%s %s %d", method, route, status, extra=about)


class BodyLimit:
    """413 for a body over the limit, 415 for a compressed one: nothing is read that could not be held."""

    def __init__(self, app: ASGIApp, most: int) -> None:
        self._app = app
        self._most = most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD", "OPTIONS"):
            return await self._app(scope, receive, send)
        headers = Headers(scope=scope)
        if headers.get("content-encoding", "identity").lower() != "identity":
            return await _refuse(415, "compressed bodies are not accepted")(scope, receive, send)
        length = headers.get("content-length")
        if length is not None and (not length.isdigit() or int(length) > self._most):
            return await self._too_large()(scope, receive, send)
        body = await self._read(receive)
        if body is None:
            return await self._too_large()(scope, receive, send)
        return await self._app(scope, _replaying(body, receive), send)

    async def _read(self, receive: Receive) -> bytes | None:
        """The whole body; null once it is over the limit."""
        parts: list[bytes] = []
        size = 0
        more = True
        while more:
            message = await receive()
            parts.append(message.get("body", b""))
            size += len(parts[-1])
            more = message.get("more_body", False)
            if size > self._most:
                return None
        return b"".join(parts)

    def _too_large(self) -> Response:
        return _refuse(413, f"a request may have {self._most} bytes at most")


def _replaying(body: bytes, receive: Receive) -> Receive:
    waiting = [body]

    async def again() -> Message:
        if waiting:
            return {"type": "http.request", "body": waiting.pop(), "more_body": False}
        return await receive()

    return again


def _refuse(status: int, message: str) -> Response:
    code = "LIMIT_EXCEEDED" if status == 413 else "BAD_USER_INPUT"  # noqa: PLR2004
    return JSONResponse({"errors": [{"message": message, "extensions": {"code": code}}]}, status)


class CrossOrigin:
    """CORS with credentials for the origins that some key allows; the key itself is judged with the request."""

    def __init__(self, app: ASGIApp, origins: KnowsOrigins) -> None:
        self._app = app
        self._origins = origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope) if scope["type"] == "http" else Headers()
        origin = headers.get("origin")
        if origin is None:
            return await self._app(scope, receive, send)
        allowed = self._origins.allows_origin(origin)
        if scope["method"] == "OPTIONS" and "access-control-request-method" in headers:
            return await _preflight(origin, allowed=allowed)(scope, receive, send)

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer = MutableHeaders(scope=message)
                answer.add_vary_header("Origin")
                if allowed:
                    answer["access-control-allow-origin"] = origin
                    answer["access-control-allow-credentials"] = "true"
                    answer["access-control-expose-headers"] = "etag, x-request-id"
            await send(message)

        return await self._app(scope, receive, sending)


def _preflight(origin: str, *, allowed: bool) -> Response:
    if not allowed:
        return Response(status_code=403, headers={"vary": "Origin"})
    return Response(
        status_code=204,
        headers={
            "access-control-allow-origin": origin,
            "access-control-allow-credentials": "true",
            "access-control-allow-methods": "GET, POST",
            "access-control-allow-headers": "anonymousid, authorization, content-type, if-none-match, x-api-key, x-request-id",
            "access-control-max-age": str(_PREFLIGHT_SECONDS),
            "vary": "Origin",
        },
    )
