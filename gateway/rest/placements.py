"""POST /v1/placements: a page's placements filled, for those who would rather not speak GraphQL; and for browsers in one trip."""

import re

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from gateway.errors import BadInput
from gateway.rest.address import own_address
from gateway.rest.asked import read_placements
from gateway.rest.credentials import admitted_anywhere
from gateway.rest.phrase import phrase
from gateway.services.answering.attend import Visit
from gateway.services.gateway import Gateway

_JSON = re.compile(r"(application/([a-z0-9.-]+\+)?json|text/json|text/plain)?")


class WrongKind(BadInput):
    """A page is asked for in JSON: application/json, or text/plain, which needs no preflight."""

    status = 415


def routes() -> list[BaseRoute]:
    """The path by which pages are asked for."""
    return [Route("/v1/placements", placements, methods=["POST"])]


async def placements(request: Request) -> Response:
    """The page, with all that GraphQL could select of it."""
    gateway: Gateway = request.state.gateway
    shop, caller = admitted_anywhere(request, gateway.shops)
    if not _JSON.fullmatch(request.headers.get("content-type", "").partition(";")[0].strip().lower()):
        raise WrongKind
    asked = read_placements(await request.body())
    page_request = asked.understood(caller, shop, request.headers.get("user-agent"))
    if asked.record:
        visit = Visit(asked.request_id, asked.visitor.user_agent, request.headers.get("user-agent"))
        page = await gateway.attendant.page(shop, caller, page_request, visit)
    else:
        page = await gateway.recommender.page(shop, caller, page_request)
    said = orjson.dumps(phrase(page, shop, own_address(request)))
    return Response(said, headers={"cache-control": "no-store"}, media_type="application/json")
