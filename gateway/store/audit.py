"""Who changed what: an entry for each change, written with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gateway.domain.tenant import TenantId
from gateway.store.database import Session

Told = Mapping[str, Any]  # as JSON


@dataclass(frozen=True, slots=True)
class Change:
    """Who changes something. `seen`: the version they think they change; null where that does not matter to them."""

    tenant_id: TenantId
    actor: str
    seen: int | None = None


async def note(session: Session, change: Change, action: str, name: str, before: Told | None, after: Told | None) -> None:
    """The entry of a change, such as `rule.upsert`, of what is called `name`."""
    entry = {"tenant_id": change.tenant_id, "actor": change.actor, "action": action, "object": name}
    await session.execute("playbook.insert_audit", **entry, before=before, after=after)


async def note_difference(session: Session, change: Change, action: str, name: str, before: Told | None, after: Told) -> None:
    """The same, of what differs only; nothing where nothing does."""
    if before is None:
        return await note(session, change, action, name, None, after)
    moved = [key for key, value in after.items() if before.get(key) != value]
    if moved:
        await note(session, change, action, name, {key: before.get(key) for key in moved}, {key: after[key] for key in moved})
    return None
