"""The server: every face over one set of services."""

import gc
import re
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from ipaddress import ip_address
from json import JSONDecodeError
from typing import Any

import orjson
from cross_web import HTTPException
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.types import ASGIApp
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.http import GraphQLHTTPResponse
from strawberry.subscriptions import (
    GRAPHQL_SSE_PROTOCOL,
    GRAPHQL_TRANSPORT_WS_PROTOCOL,
    MULTIPART_SUBSCRIPTION_PROTOCOL,
)
from strawberry.types import ExecutionResult

from gateway.console import serving as console
from gateway.errors import GatewayError, Unavailable
from gateway.rest import click, events, exposures, ga4, health, ofrep, placements, results, segment
from gateway.rest.address import own_address
from gateway.rest.credentials import admitted, presented
from gateway.rest.doorway import BodyLimit, CrossOrigin, Journal
from gateway.rest.graphiql import page as editor
from gateway.rest.script import serving
from gateway.rest.vendors import depict
from gateway.services.gateway import Gateway
from gateway.services.shop import Shops
from gateway.settings import Settings
from gateway.wiring import open_gateway
from schema import schema
from schema.context import Context
from schema.failures import masked, told
from schema.negotiating import GRAPHQL_RESPONSE, media_type, settled
from schema.socket import INIT_SECONDS, Socket, TextFrames
from schema.stream import Stream

_RETRY_AFTER = 1  # seconds
_STREAMS = (GRAPHQL_TRANSPORT_WS_PROTOCOL, GRAPHQL_SSE_PROTOCOL, MULTIPART_SUBSCRIPTION_PROTOCOL)
_LOCAL_HOST = re.compile(r"(localhost|127\.0\.0\.1|\[::1\])(:[0-9]{1,5})?")


@dataclass(frozen=True, slots=True)
class FirstLook:
    """What GraphiQL shows first: a key, for visitors on this machine only, and variables that mean something to the shop."""

    key: str | None = None
    variables: Mapping[str, str] | None = None


def create_app(settings: Settings, *, extra: Sequence[BaseRoute] = (), first_look: FirstLook = FirstLook()) -> Starlette:
    """The ASGI application; `extra` routes stand beside its own."""
    shops = Shops()

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[Mapping[str, object]]:
        async with open_gateway(settings, shops) as gateway:
            gc.collect()
            gc.freeze()
            try:
                yield {"gateway": gateway}
            finally:
                gc.unfreeze()

    return Starlette(
        lifespan=lifespan,
        routes=[*_routes(GraphQLFace(first_look)), *extra],
        exception_handlers={GatewayError: refuse, Exception: mask},
        middleware=[
            Middleware(Journal),
            Middleware(CrossOrigin, origins=shops),
            Middleware(BodyLimit, most=settings.max_body_bytes),
        ],
    )


def _routes(graphql: ASGIApp) -> Iterator[BaseRoute]:
    """Every face."""
    yield from events.routes()
    yield from exposures.routes()
    for path in ("/graphql", "/graphql/"):
        yield Route(path, graphql)
        yield WebSocketRoute(path, graphql)
    for face in (editor, health, placements, click, ga4, ofrep, results, segment, serving, depict, console):
        yield from face.routes()


class GraphQLFace(GraphQL[Context, None]):
    """Strawberry's handling of HTTP and WebSockets with our context, our errors, and a GraphiQL that needs no internet."""

    graphql_transport_ws_handler_class = Socket
    websocket_adapter_class = TextFrames

    def __init__(self, first_look: FirstLook) -> None:
        super().__init__(schema, subscription_protocols=_STREAMS, connection_init_wait_timeout=timedelta(seconds=INIT_SECONDS))
        self._first_look = first_look

    async def get_context(self, request: Request | WebSocket, response: Response | WebSocket) -> Context:  # noqa: ARG002
        """The services, and who asks once that is wanted."""
        gateway: Gateway = request.state.gateway
        return Context(
            gateway=gateway,
            admit=lambda: admitted(request, gateway.shops),
            agent=request.headers.get("user-agent"),
            address=own_address(request),
            posted=isinstance(request, Request) and request.method == "POST",
            present=partial(presented, request, gateway.shops),
        )

    def is_websocket_origin_allowed(self, request: WebSocket, origin: str) -> bool:
        """Whether a page of another site may open a WebSocket at all; the key itself is judged with the first message."""
        gateway: Gateway = request.state.gateway
        return gateway.shops.allows_origin(origin)

    async def run(self, request: Request, *args: Any, **kwargs: Any) -> Response:  # type: ignore[override]
        """The answer; a request that is no GraphQL request is refused in JSON too."""
        try:
            return await super().run(request, *args, **kwargs)
        except HTTPException as refused:
            said = {"message": refused.reason, "extensions": {"code": "BAD_USER_INPUT"}}
            wanted = media_type(request.headers.get("accept"))
            return JSONResponse({"errors": [said]}, refused.status_code, {"cache-control": "no-store"}, wanted)

    def should_render_graphql_ide(self, request: Any) -> bool:
        """A browser that wants a page gets the editor, with the query of the address in it."""
        return request.method == "GET" and "text/html" in request.headers.get("accept", "")

    async def process_result(self, request: Request, result: ExecutionResult) -> GraphQLHTTPResponse:  # noqa: ARG002
        """The answer with its errors as clients should see them."""
        answer: GraphQLHTTPResponse = {"data": result.data}
        if result.errors:
            answer["errors"] = [told(error) for error in result.errors]
        return answer

    def encode_json(self, data: object) -> bytes:
        """JSON as bytes."""
        return orjson.dumps(data)

    def decode_json(self, data: str | bytes) -> object:
        """An object or a list; anything else is as good as no JSON."""
        decoded = orjson.loads(data)
        if not isinstance(decoded, dict | list):
            raise JSONDecodeError("an object is wanted", str(data)[:20], 0)
        return decoded

    async def get_sub_response(self, request: Request) -> Response:  # type: ignore[override]
        """What is known of the answer before there is one: the media type that is wanted."""
        response = await super().get_sub_response(request)
        response.media_type = media_type(request.headers.get("accept"))
        return response

    def create_response(self, response_data: GraphQLHTTPResponse | list[GraphQLHTTPResponse], sub_response: Response) -> Response:
        """An answer that no cache keeps; its status says more where GraphQL's own media type is wanted."""
        if sub_response.media_type == GRAPHQL_RESPONSE and not isinstance(response_data, list):
            status, said = settled(response_data)
            response = Response(self.encode_json(said), status, sub_response.headers, GRAPHQL_RESPONSE)
        else:
            response = super().create_response(response_data, sub_response)
        response.headers["cache-control"] = "no-store"
        return response

    async def _create_streaming_response(self, request: Request, result: Any, *args: Any, **kwargs: Any) -> Response:
        """A subscription's answer, which is closed at its end."""
        said = await super()._create_streaming_response(request, result, *args, **kwargs)
        assert isinstance(said, StreamingResponse)
        return Stream(said, result)

    async def render_graphql_ide(self, request: Request) -> Response:
        """GraphiQL, with the key for those who sit at this machine."""
        key = self._first_look.key if _is_local(request) else None
        return editor.page("/graphql", key=key, variables=self._first_look.variables)


async def refuse(_: Request, error: Exception) -> Response:
    """What the caller can mend, said in full."""
    assert isinstance(error, GatewayError)
    extensions = {"code": error.code, **({"field": error.field} if error.field else {})}
    headers = {"retry-after": str(_RETRY_AFTER)} if isinstance(error, Unavailable) else None
    return JSONResponse({"errors": [{"message": error.message, "extensions": extensions}]}, error.status, headers)


async def mask(_: Request, error: Exception) -> Response:
    """A fault of ours: logged whole, answered with an id."""
    return JSONResponse({"errors": [masked(error)]}, 500)


def _is_local(request: Request) -> bool:
    """Whether the visitor sits at this machine, asked for it by a local name, and came through no proxy."""
    if request.client is None or any(name in request.headers for name in ("forwarded", "x-forwarded-for", "x-real-ip", "via")):
        return False
    try:
        from_here = ip_address(request.client.host).is_loopback
    except ValueError:
        return False
    return from_here and _LOCAL_HOST.fullmatch(request.headers.get("host", "")) is not None
