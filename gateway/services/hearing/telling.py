"""Understand what a caller tells: whose event it is, as far as we believe it, in the gateway's words."""

from datetime import datetime

from gateway.domain.event import Event, Refusal
from gateway.domain.tenant import Caller, Tenant
from gateway.domain.told import Told, event_of
from gateway.errors import BadInput, Forbidden
from gateway.services.administering.admit import recognise
from gateway.services.hearing.discern import stands_apart


def read_event(told: Told, caller: Caller, tenant: Tenant, now: datetime, agent: str | None) -> Event | Refusal:
    """The event, or the field that cannot be read. `agent`: what the program that sent the request says of itself."""
    try:
        visitor = recognise(caller, tenant, told)
    except (BadInput, Forbidden) as bad:
        return Refusal(bad.field or "type", bad.code, bad.message)
    apart = caller.apart or stands_apart(caller, told.user_agent, agent)
    return event_of(told, tenant.tenant_id, visitor, caller.scope, channel=caller.channel, apart=apart, now=now)
