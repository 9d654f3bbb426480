"""What makes a vendor's endpoint: two translations around one of our services."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gateway.domain.answer import Page
from gateway.domain.page import PageRequest
from gateway.domain.tenant import Caller
from gateway.services.gateway import Gateway
from gateway.services.shop import Shop


@dataclass(frozen=True, slots=True)
class Ask:
    """A vendor's request for recommendations, in our words."""

    shop: Shop
    caller: Caller
    request: PageRequest


class Answered(Exception):
    """The request is answered already: there is nothing to recommend for it."""

    def __init__(self, response: Response) -> None:
        super().__init__()
        self.response = response


def recommending(
    path: str,
    understand: Callable[[Request, Gateway], Awaitable[Ask]],
    phrase: Callable[[Page], Any],
    refuse: Callable[[Exception], Response],
    methods: tuple[str, ...] = ("POST",),
) -> Route:
    """An endpoint that answers with recommendations, in the vendor's words; its errors too are the vendor's."""

    async def answer(request: Request) -> Response:
        gateway: Gateway = request.state.gateway
        try:
            ask = await understand(request, gateway)
            page = await gateway.recommender.page(ask.shop, ask.caller, ask.request)
        except Answered as early:
            return early.response
        except Exception as error:  # noqa: BLE001  (what `refuse` does not know it raises again)
            return refuse(error)
        return speak(phrase(page))

    return Route(path, answer, methods=list(methods))


def speak(said: Any, status: int = 200) -> Response:
    """JSON that no cache keeps."""
    return Response(orjson.dumps(said), status, {"cache-control": "no-store"}, "application/json")
