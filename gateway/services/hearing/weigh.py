"""Weigh events: which types a shop has, and how much each of them says about taste for how long."""

import math
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from gateway.domain.event_type import LEAST_DAYS, MOST_DAYS, MOST_WEIGHT, NAME, EventType, types_with
from gateway.domain.tenant import Caller, Scope
from gateway.errors import BadInput
from gateway.services.administering.admit import require
from gateway.services.administering.tenants import actor_of
from gateway.services.shop import Shop
from gateway.store.event_types import EventTypeStore


@dataclass(frozen=True, slots=True)
class Weigher:
    """Tells and changes event types. `catch_up` has this server read what it has just written."""

    types: EventTypeStore
    catch_up: Callable[[], Awaitable[None]]

    async def read(self, shop: Shop, caller: Caller) -> list[EventType]:
        """Every type, those that all shops have first, each by name."""
        require(caller, Scope.ANALYST)
        found = types_with(await self.types.own(shop.tenant.tenant_id)).values()
        return sorted(found, key=lambda each: (not each.standard, each.name))

    async def put(self, shop: Shop, caller: Caller, told: EventType) -> EventType:
        """The type, kept: events of it are taken from now on, the next release goes by its weight."""
        require(caller, Scope.ADMIN)
        _check(told)
        await self.types.put(shop.tenant.tenant_id, told, actor_of(caller))
        await self.catch_up()
        return told


def _check(told: EventType) -> None:
    days = told.half_life_days
    if not NAME.fullmatch(told.name):
        raise BadInput("must be lower-case letters, digits and _, beginning with a letter, 32 at most", field="name")
    if not (math.isfinite(told.weight) and 0 <= told.weight <= MOST_WEIGHT):
        raise BadInput(f"must be from 0, which says nothing, to {MOST_WEIGHT:,.0f}; a view has 1, a purchase 5", field="weight")
    if days is not None and not (math.isfinite(days) and LEAST_DAYS <= days <= MOST_DAYS):
        raise BadInput(f"must be from {LEAST_DAYS} to {MOST_DAYS:,.0f} days", field="halfLifeDays")
