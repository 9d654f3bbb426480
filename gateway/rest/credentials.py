"""Where a request carries its key, and which page's browser sent it."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from starlette.requests import HTTPConnection

from gateway.domain.tenant import Caller, Scope
from gateway.errors import Forbidden
from gateway.services.administering.admit import admit
from gateway.services.shop import Shop, Shops


def secret_of(request: HTTPConnection) -> str | None:
    """The key's secret: `Authorization: Bearer SECRET` or `X-API-Key: SECRET`."""
    return _secret_in(request.headers)


def _secret_in(headers: Mapping[str, str]) -> str | None:
    scheme, _, value = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and value:
        return value.strip()
    return headers.get("x-api-key")


def foreign_origin(request: HTTPConnection) -> str | None:
    """The origin of another site's page; null for our own pages and for servers."""
    origin = request.headers.get("origin")
    scheme = _PAGES.get(request.url.scheme, request.url.scheme)
    return None if origin is None or origin == f"{scheme}://{request.headers.get('host', '')}" else origin


_PAGES = {"ws": "http", "wss": "https"}  # what a page is fetched by that opens a WebSocket


def admitted(request: HTTPConnection, shops: Shops) -> tuple[Shop, Caller]:
    """The shop and the caller; Unauthenticated or Forbidden says what is wrong with the key."""
    return admit(shops, secret_of(request), origin=foreign_origin(request), now=datetime.now(UTC))


def presented(request: HTTPConnection, shops: Shops, told: Mapping[str, Any]) -> Callable[[], tuple[Shop, Caller]]:
    """Admits a WebSocket by what its first message tells as if it were headers, which a browser cannot set there; by the headers
    where that tells of no key.
    """
    secret = _secret_in({name.lower(): value for name, value in told.items() if isinstance(value, str)}) or secret_of(request)
    origin = foreign_origin(request)
    return lambda: admit(shops, secret, origin=origin, now=datetime.now(UTC))


def admitted_anywhere(request: HTTPConnection, shops: Shops) -> tuple[Shop, Caller]:
    """The same; a beacon, which can set no header, names its key in the address: `?key=`, for a key with STOREFRONT alone.

    What stands in an address ends up in histories and in the logs of proxies: Forbidden tells who sent a wider key to revoke it.
    """
    named = request.query_params.get("key")
    if secret_of(request) or not named:
        return admitted(request, shops)
    shop, caller = admit(shops, named, origin=foreign_origin(request), now=datetime.now(UTC))
    if caller.scopes != {Scope.STOREFRONT}:
        raise Forbidden(
            "this key may do more than a browser should, and it stood in an address, where others can read it: revoke it, "
            "and name a key here that has the scope STOREFRONT alone"
        )
    return shop, caller
