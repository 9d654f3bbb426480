"""Whether what tenants keep no longer is gone: what endcap doctor says of it."""

from datetime import timedelta

from gateway.commands.finding import Finding, doubtful, well
from gateway.store.database import Database
from gateway.store.retention import RetentionStore

_LATE = timedelta(days=2)


async def look_at_retention(db: Database) -> Finding:
    """Doubtful where a tenant's old rows have not been looked at for two days."""
    keepings = await RetentionStore(db).keepings()
    late = [each for each in keepings if each.until is not None and each.until < each.since - _LATE]
    if late:
        told = f"{late[0].tenant_id} keeps nothing from before {late[0].since}, and rows from {late[0].until} on may be there"
        return doubtful("retention", told, "a running gateway removes them: start it, or run endcap retain")
    return well("retention", "what tenants keep no longer is gone" if keepings else "no tenant yet")
