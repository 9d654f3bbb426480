"""The live tail: what has just been told, newest first, looked at again every two seconds where scripts run."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from gateway.console.entrance import inside
from gateway.console.render import fragment, page
from gateway.console.wording import NOTHING, money
from gateway.domain.arrival import Arrival
from gateway.domain.catalog import Money
from gateway.errors import BadInput, Unavailable
from gateway.services.administering.badge import Badge
from gateway.services.gateway import Gateway

HERE = "/console/events"
_APART = {"BOT": "bot, not counted", "INTEGRATION": "trying out, not counted"}
_WHOLE, _HEAD, _END = 10, 5, 3  # characters of a person's id


@dataclass(frozen=True, slots=True)
class TailRow:
    """An event in a line."""

    at: str
    type: str
    who: str
    about: str
    where: str
    apart: str | None


@dataclass(frozen=True, slots=True)
class Tail:
    """What there is to see, or why there is nothing."""

    rows: tuple[TailRow, ...] = ()
    fault: str | None = None
    at: str = ""


def routes() -> list[BaseRoute]:
    """The page, and the part of it that is looked at again."""
    return [Route(HERE, inside(_events)), Route(f"{HERE}/tail", inside(_tail))]


async def _events(request: Request, badge: Badge) -> Response:
    wanted = _wanted(request)
    types = sorted(badge.shop.event_types)
    again = f"{HERE}/tail?{urlencode({'type': wanted or ''})}"
    return page(
        "events.html", badge, here=HERE, tail=await _look(request, badge, wanted), types=types, wanted=wanted, again=again
    )


async def _tail(request: Request, badge: Badge) -> Response:
    return fragment("tail.html", tail=await _look(request, badge, _wanted(request)))


async def _look(request: Request, badge: Badge, wanted: str | None) -> Tail:
    gateway: Gateway = request.state.gateway
    now = datetime.now(UTC)
    at = now.strftime("%H:%M:%S UTC")
    try:
        found = await gateway.watcher.events(badge.shop, badge.caller, wanted)
    except Unavailable:
        return Tail(fault="So much is coming in that it cannot be read in time; choose a type, or look again later.", at=at)
    except BadInput as refused:
        return Tail(fault=f"The type {refused.message}.", at=at)
    return Tail(tuple(_row(each, now.date()) for each in found), at=at)


def _wanted(request: Request) -> str | None:
    return request.query_params.get("type") or None


def _row(event: Arrival, today: date) -> TailRow:
    who = f"{event.kind} {_short(event.who)}" if event.who else NOTHING
    where = " · ".join(filter(None, (event.market_id, event.channel, event.placement_id)))
    apart = _APART.get(event.apart, event.apart) if event.apart else None
    happened = event.happened_at.astimezone(UTC)
    at = happened.strftime("%H:%M:%S" if happened.date() == today else "%b %d, %H:%M:%S")
    return TailRow(at, event.type, who, _about(event), where or NOTHING, apart)


def _about(event: Arrival) -> str:
    return ", ".join(_words(event)) or NOTHING


def _words(event: Arrival) -> Iterator[str]:
    if event.product_id:
        pieces = f"{event.quantity} × " if event.quantity and event.quantity > 1 else ""
        yield f"{pieces}{event.product_id}"
    if event.unit_price_minor is not None and event.currency:
        yield money(Money(event.unit_price_minor, event.currency))
    if event.order_id:
        yield f"order {event.order_id}"
    if event.search_term:
        yield f"«{event.search_term}»"
    if event.category_id:
        yield f"category {event.category_id}"
    if event.position is not None:
        yield f"place {event.position + 1}"


def _short(told: str) -> str:
    """Enough of an id to tell visitors apart, and not enough to be one of them."""
    return told if len(told) <= _WHOLE else f"{told[:_HEAD]}…{told[-_END:]}"
