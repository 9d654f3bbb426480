"""What the doctor says of the events that came in lately: whether they name the products of the catalog."""

from gateway.commands.finding import Finding, doubtful, well
from gateway.domain.tenant import TenantId
from gateway.errors import Unavailable
from gateway.store.events import EventStore

_MANY = 0.01  # of the events: fewer are a crawler's, or of what was just taken out of the catalog


async def look_at_names(events: EventStore, tenant_id: TenantId) -> Finding | None:
    """Null where nothing came in today or yesterday that names a product."""
    about = f"events of {tenant_id}"
    try:
        lately = await events.named_lately(tenant_id)
    except Unavailable as lost:
        return doubtful(about, f"those of today and yesterday could not be looked at: {lost.message}", "look again later")
    if not lately.events:
        return None
    told = f"of {lately.events:,} of today and yesterday {lately.in_vain:,} name a product that the catalog lacks"
    if lately.in_vain < lately.events * _MANY:
        return well(about, told)
    advice = "nothing is learnt from these: import the catalog whose ids they name, or have the shop tell the catalog's ids"
    return doubtful(about, f"{told}, as {', '.join(map(repr, lately.examples))}", advice)
