"""What visitors prefer, kept under the names by which they are known."""

from collections.abc import Iterable, Mapping, Sequence

import asyncpg

from gateway.domain.identity import Identity, IdentityKind, normalised
from gateway.domain.preference import MOST_PREFERENCES, Preference, PreferenceAction, PreferenceKind
from gateway.domain.tenant import TenantId
from gateway.domain.visitor import UserId
from gateway.errors import LimitExceeded
from gateway.store.database import Database
from gateway.store.people import hold


class TasteStore:
    """Reads and writes preferences; finds whose an identity is."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def users(self, tenant_id: TenantId, identities: Iterable[Identity]) -> Mapping[Identity, UserId]:
        """The people that these identities lead to, as they were told; those that lead to nobody are left out."""
        kept = {told: normalised(told) for told in identities}
        known = {each for each in kept.values() if each}
        rows = await self._db.fetch(
            "taste.find_users", tenant_id=tenant_id, kinds=[each.kind for each in known], values=[each.value for each in known]
        )
        found = {Identity(IdentityKind(row["kind"]), row["value"]): UserId(row["user_id"]) for row in rows}
        return {told: found[each] for told, each in kept.items() if each in found}

    async def knows(self, tenant_id: TenantId, owner: str) -> bool:
        """Whether anything is known of a user or a session."""
        row = await self._db.fetch_one("taste.is_known", tenant_id=tenant_id, owner=owner)
        return bool(row and row["yes"])

    async def read(self, tenant_id: TenantId, owners: Sequence[str]) -> tuple[Preference, ...]:
        """What these owners said, and those that share with them, by kind and id."""
        return _preferences(await self._db.fetch("taste.read", tenant_id=tenant_id, owners=list(owners)))

    async def read_own(self, tenant_id: TenantId, owner: str) -> tuple[Preference, ...]:
        """What was said under this name alone, by kind and id."""
        return _preferences(await self._db.fetch("taste.read_own", tenant_id=tenant_id, owner=owner))

    async def put(
        self, tenant_id: TenantId, owner: str, kind: PreferenceKind, ids: Sequence[str], action: PreferenceAction
    ) -> None:
        """Keeps what is said, or takes it back; LimitExceeded past 1,000 preferences of one owner."""
        if action is PreferenceAction.NEUTRAL:
            await self._db.execute("taste.remove", tenant_id=tenant_id, owner=owner, kind=kind, ids=list(ids))
            return
        async with self._db.transaction() as session:
            await hold(session, tenant_id)
            await session.execute("taste.put", tenant_id=tenant_id, owner=owner, kind=kind, ids=list(ids), action=action)
            [row] = await session.fetch("taste.count", tenant_id=tenant_id, owner=owner)
            if row["preferences"] > MOST_PREFERENCES:
                raise LimitExceeded(f"at most {MOST_PREFERENCES} preferences are kept of one visitor", field="ids")


def _preferences(rows: Iterable[asyncpg.Record]) -> tuple[Preference, ...]:
    return tuple(Preference(PreferenceKind(r["kind"]), r["id"], PreferenceAction(r["action"])) for r in rows)
