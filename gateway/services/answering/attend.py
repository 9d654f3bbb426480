"""Attend to a page: answer it, and record its own event beside that, so that a shop's page asks once and tells nothing twice."""

import asyncio
import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from gateway.domain.answer import Page
from gateway.domain.event import Event
from gateway.domain.own_event import own_events
from gateway.domain.page import PageRequest, Warning
from gateway.domain.placement import PageType
from gateway.domain.tenant import Caller
from gateway.errors import BadInput, Unavailable
from gateway.services.administering.admit import require_recording
from gateway.services.answering.recommend import Recommender, asked_by
from gateway.services.asking.bounds import check_text
from gateway.services.asking.understand import understand
from gateway.services.hearing.discern import stands_apart
from gateway.services.hearing.track import Receipt, Tracker
from gateway.services.shop import Shop

_PATIENCE = 1.0  # seconds that an answer waits for the record of its event
_MOST_ID = 128  # characters: the event's own id is longer

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Visit:
    """A page's own event as it is asked for: once for a request id. The agents: what the visitor's and the asking program say of
    themselves.
    """

    request_id: str | None
    visitor_agent: str | None
    sender_agent: str | None


class Attendant:
    """Asks for the page and tells of it at the same time."""

    def __init__(self, recommender: Recommender, tracker: Tracker) -> None:
        self._recommender = recommender
        self._tracker = tracker
        self._late: set[asyncio.Task[Receipt]] = set()

    async def page(self, shop: Shop, caller: Caller, request: PageRequest, visit: Visit) -> Page:
        """The page; a warning RECORD_FAILED in it where its event was not kept, or not in time.

        BadInput where the request has no id, or is a preview: nobody's visit; Forbidden where the key may not record.
        """
        told = self._events(shop, caller, request, visit)
        record = asyncio.create_task(self._tracker.record(shop, told))
        self._late.add(record)  # it may outlast the answer
        record.add_done_callback(self._settle)
        page = await self._recommender.page(shop, caller, request)
        return replace(page, warnings=(*page.warnings, *await _failures(record)))

    def _settle(self, record: asyncio.Task[Receipt]) -> None:
        self._late.discard(record)
        if not record.cancelled() and (lost := record.exception()) and not isinstance(lost, Unavailable):
            logger.error("a page's own event was lost", exc_info=lost)

    def _events(self, shop: Shop, caller: Caller, request: PageRequest, visit: Visit) -> list[Event]:
        require_recording(caller)
        now = datetime.now(UTC)
        asked = asked_by(caller, request)
        plan = understand(shop, asked, now)  # whatever cannot be answered has not happened
        if request.is_preview:
            raise BadInput("a preview is nobody's visit", field="record")
        request_id = _request_id(request, visit)
        blank = Event(
            tenant_id=shop.tenant.tenant_id,
            event_id=request_id,
            type="page_view",
            happened_at=now,
            visitor=request.visitor,
            scope=caller.scope,
            market_id=plan.shelf.market.market_id,
            channel=asked.channel,
            apart=caller.apart or stands_apart(caller, visit.visitor_agent, visit.sender_agent),
        )
        return list(own_events(request.context, plan.page_type or PageType.GENERIC, blank))


def _request_id(request: PageRequest, visit: Visit) -> str:
    """What makes a repeat a repeat; an order brings its own."""
    check_text("requestId", (visit.request_id,))
    found = visit.request_id or request.context.order_id
    if not found:
        raise BadInput("record needs it: the same id again is the same visit", field="requestId")
    if len(found) > _MOST_ID:
        raise BadInput(f"may have {_MOST_ID} characters at most", field="requestId")
    return found


async def _failures(record: asyncio.Task[Receipt]) -> list[Warning]:
    """What is to be said of the record, for which the answer waits a moment."""
    try:
        async with asyncio.timeout(_PATIENCE):
            receipt = await asyncio.shield(record)
    except (Unavailable, TimeoutError):
        return [_failed("could not be kept in time; ask again with the same requestId, or tell it by itself")]
    except Exception:  # noqa: BLE001  (it is logged where the task ends)
        return [_failed("was lost by a fault of the gateway")]
    return list(_refused(receipt))


def _refused(receipt: Receipt) -> Iterator[Warning]:
    for row in receipt.refused:
        yield _failed(f"was refused: {row.refusal.field} {row.refusal.message}")


def _failed(how: str) -> Warning:
    return Warning("RECORD_FAILED", f"the page's own event {how}")
