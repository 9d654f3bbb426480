"""The entrance: a key with ANALYST is shown once, and a cookie that says so is kept for a working day."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import wraps
from urllib.parse import parse_qs, quote, urlsplit

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from gateway.console.render import page
from gateway.errors import GatewayError
from gateway.services.administering.badge import LASTS, Badge, badge_for, read_badge
from gateway.services.gateway import Gateway

COOKIE = "endcap_console"
HOME = "/console/experiments"

_FIELDS = 1000  # of a form

Page = Callable[[Request, Badge], Awaitable[Response]]


def routes() -> list[BaseRoute]:
    """In and out."""
    return [
        Route("/console", _home),
        Route("/console/", _home),
        Route("/console/login", enter, methods=["GET", "POST"]),
        Route("/console/logout", leave, methods=["POST"]),
    ]


def inside(show: Page) -> Callable[[Request], Awaitable[Response]]:
    """The page for those who wear a badge; anybody else is led to the entrance, and back. What is refused is said on a page."""

    @wraps(show)
    async def shown(request: Request) -> Response:
        gateway: Gateway = request.state.gateway
        badge = read_badge(gateway.shops, request.cookies.get(COOKIE, ""), datetime.now(UTC))
        if badge is None:
            return RedirectResponse(f"/console/login?next={quote(_address(request), safe='/')}", 303)
        if is_sent(request) and not _from_here(request):
            return _from_elsewhere()
        try:
            return await show(request, badge)
        except GatewayError as refused:
            return page("refused.html", badge, refused.status, message=refused.message)

    return shown


def is_sent(request: Request) -> bool:
    """Whether a form is sent. Every other method, HEAD among them, only looks."""
    return request.method == "POST"


async def enter(request: Request) -> Response:
    """The form; and, once a key is shown that may look, on to where one was going."""
    onward = _within(request.query_params.get("next", ""))
    if not is_sent(request):
        return page("login.html", None, onward=onward, fault=None)
    if "origin" in request.headers and not _from_here(request):
        return _from_elsewhere()
    gateway: Gateway = request.state.gateway
    told = await fields(request)
    try:
        _, token = badge_for(gateway.shops, told.get("key", ""), datetime.now(UTC))
    except GatewayError as refused:
        return page("login.html", None, refused.status, onward=onward, fault=refused.message)
    answer = RedirectResponse(onward, 303)
    secure = request.url.scheme == "https"
    seconds = int(LASTS.total_seconds())
    answer.set_cookie(COOKIE, token, seconds, path="/console", secure=secure, httponly=True, samesite="lax")
    return answer


async def leave(request: Request) -> Response:
    """Out: the cookie is gone."""
    if "origin" in request.headers and not _from_here(request):
        return _from_elsewhere()
    answer = RedirectResponse("/console/login", 303)
    answer.delete_cookie(COOKIE, path="/console")
    return answer


async def fields(request: Request) -> dict[str, str]:
    """What a form says, the last word of each field."""
    return {name: values[-1] for name, values in (await answers(request)).items()}


async def answers(request: Request) -> dict[str, list[str]]:
    """What a form says, every word of each field; nothing where it is no form."""
    try:
        return parse_qs((await request.body()).decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=_FIELDS)
    except ValueError:
        return {}


async def _home(_: Request) -> Response:
    return RedirectResponse(HOME, 303)


def _within(onward: str) -> str:
    """A page of the console with its question; the first one where the address leads anywhere else."""
    try:
        told = urlsplit(onward)
    except ValueError:
        return HOME
    good = not told.scheme and not told.netloc and told.path.startswith("/console/") and "\\" not in onward
    return _asked(told.path, told.query) if good else HOME


def _address(request: Request) -> str:
    """Of a page that is looked at, all that its address says; what a form was sent to is opened anew."""
    return _asked(request.url.path, "" if is_sent(request) else request.url.query)


def _asked(path: str, query: str) -> str:
    return f"{path}?{query}" if query else path


def _from_elsewhere() -> Response:
    return PlainTextResponse("This form was sent by another site; open the page here and send it again.\n", 403)


def _from_here(request: Request) -> bool:
    """Whether a page of this very host sent the form. Browsers say so with every form; who says nothing is none."""
    try:
        told = urlsplit(request.headers.get("origin", "")).netloc
    except ValueError:
        return False
    return told == request.headers.get("host", "") != ""
