"""/c/{token}: logs a click once and leads on to the product's page; /c/{token}/log only logs."""

from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from gateway.services.gateway import Gateway

_HEADERS = {"cache-control": "no-store", "x-robots-tag": "noindex, nofollow", "referrer-policy": "origin"}
_AHEAD = ("sec-purpose", "purpose", "x-purpose", "x-moz")
"""Headers by which a browser says that it fetches ahead of any click."""


def routes() -> list[BaseRoute]:
    """The two paths."""
    return [
        Route("/c/{token}", follow, methods=["GET", "HEAD"]),
        Route("/c/{token}/log", log, methods=["GET", "HEAD", "POST"]),
    ]


async def follow(request: Request) -> Response:
    """302 to the product's page in the shop; the click is recorded after the answer has gone."""
    gateway: Gateway = request.state.gateway
    found = gateway.usher.read(request.path_params["token"])
    address = found and await gateway.usher.way(*found)
    if found is None or address is None:
        return _nowhere()
    answer = Response(status_code=302, headers={**_HEADERS, "location": address})
    return _noting(request, answer)


async def log(request: Request) -> Response:
    """204: for shops whose links lead to the product themselves."""
    gateway: Gateway = request.state.gateway
    if gateway.usher.read(request.path_params["token"]) is None:
        return _nowhere()
    return _noting(request, Response(status_code=204, headers=_HEADERS))


def _noting(request: Request, answer: Response) -> Response:
    """The answer, after which the click is recorded where somebody clicked."""
    gateway: Gateway = request.state.gateway
    found = gateway.usher.read(request.path_params["token"])
    if found and request.method != "HEAD" and not _is_ahead(request):
        answer.background = BackgroundTask(gateway.usher.note, *found, request.headers.get("user-agent"))
    return answer


def _is_ahead(request: Request) -> bool:
    said = " ".join(request.headers.get(name, "") for name in _AHEAD).lower()
    return "prefetch" in said or "preview" in said or "prerender" in said


def _nowhere() -> Response:
    return PlainTextResponse("This link leads to no product of this shop.\n", 404, _HEADERS)
