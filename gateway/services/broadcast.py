"""Broadcast to those who stay: a result whenever it changes, events as they come in."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from time import monotonic
from typing import ParamSpec, TypeVar

from gateway.domain.result import ExperimentResult
from gateway.domain.tenant import Caller, Scope
from gateway.errors import BadInput, Unavailable
from gateway.services.administering.admit import require
from gateway.services.asking.bounds import check_text
from gateway.services.experimenting.analyse import Analyst
from gateway.services.hearing.tail import Caught, Tail
from gateway.services.seats import Seats
from gateway.services.shop import Shop
from gateway.store.arrivals import ArrivalStore

logger = logging.getLogger(__name__)

Admit = Callable[[], tuple[Shop, Caller]]
Found = TypeVar("Found")
Asked = ParamSpec("Asked")

_RESULT = 2.0  # seconds between two looks at an experiment's totals
_ANYWAY = 60.0  # and after which a result is made anew though they are the same: time alone changes it too
_EVENTS = 1.0
_MOST_TYPES = 50
_TRIES = 5  # in which the database may fail to answer before the listener hears of it


@dataclass(frozen=True, slots=True)
class Broadcaster:
    """Whoever listens is admitted anew at each look: a key that was revoked, or that expired, hears no more. Nothing is looked
    for while a listener has not taken what was said last, so nothing ever heaps up.
    """

    analyst: Analyst
    arrivals: ArrivalStore
    seats: Seats
    pace: float = 1.0  # what the seconds are multiplied with

    async def results(self, admit: Admit, key: str) -> AsyncGenerator[ExperimentResult, None]:
        """The result of an experiment now, and again whenever anything but its moment differs."""
        _, caller = _admitted(admit, Scope.ANALYST)
        with self.seats.one(caller):
            last: ExperimentResult | None = None
            known: tuple[object, ...] | None = None
            made = monotonic()
            while True:
                shop, caller = _admitted(admit, Scope.ANALYST)
                state = await self._patiently(self.analyst.state, shop, caller, key)
                if state != known or monotonic() - made > _ANYWAY * self.pace:
                    known, made = state, monotonic()
                    result = await self._patiently(self.analyst.result, shop, caller, key)
                    if last is None or replace(result, as_of=last.as_of) != last:
                        last = result
                        yield result
                await self._rest(_RESULT)

    async def events(self, admit: Admit, types: Sequence[str] | None) -> AsyncGenerator[Caught, None]:
        """Every event that comes in from now on, once; of these types only, where they are told."""
        shop, caller = _admitted(admit, Scope.SERVER)
        if types is not None:
            _check_types(types)
        with self.seats.one(caller):
            tail = Tail(self.arrivals, shop.tenant.tenant_id, types)
            while True:
                for caught in await self._patiently(tail.news, datetime.now(UTC)):
                    yield caught
                await self._rest(_EVENTS)
                _admitted(admit, Scope.SERVER)

    async def _patiently(self, ask: Callable[Asked, Awaitable[Found]], *told: Asked.args, **named: Asked.kwargs) -> Found:
        """The answer, though the database be away for some seconds; not beyond closing time."""
        async with self.seats.waiting():
            for left in reversed(range(_TRIES)):
                try:
                    return await ask(*told, **named)
                except Unavailable as gone:
                    if not left:
                        raise
                    logger.info("those who listen wait: %s", gone.message)
                    await asyncio.sleep(_RESULT * self.pace)
        raise AssertionError("the last try answers or raises")

    async def _rest(self, seconds: float) -> None:
        async with self.seats.waiting():
            await asyncio.sleep(seconds * self.pace)


def _admitted(admit: Admit, scope: Scope) -> tuple[Shop, Caller]:
    shop, caller = admit()
    require(caller, scope)
    return shop, caller


def _check_types(types: Sequence[str]) -> None:
    if not 0 < len(types) <= _MOST_TYPES:
        raise BadInput(f"name 1 to {_MOST_TYPES} event types, or leave it out for all", field="types")
    check_text("types", types)
