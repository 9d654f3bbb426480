"""What visitors prefer, kept under the names by which they are known."""

from collections.abc import Iterable, Mapping, Sequence

from gateway.domain.identity import Identity, IdentityKind
from gateway.domain.preference import MOST_PREFERENCES, Preference, PreferenceAction, PreferenceKind
from gateway.domain.tenant import TenantId
from gateway.domain.visitor import UserId
from gateway.errors import LimitExceeded
from gateway.store.database import Database


class TasteStore:
    """Reads and writes preferences; finds whose an identity is."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def users(self, tenant_id: TenantId, identities: Iterable[Identity]) -> Mapping[Identity, UserId]:
        """The users that these identities are linked to; those that lead to nobody are left out."""
        told = list(identities)
        rows = await self._db.fetch(
            "taste.find_users", tenant_id=tenant_id, kinds=[each.kind for each in told], values=[each.value for each in told]
        )
        return {Identity(IdentityKind(row["kind"]), row["value"]): UserId(row["user_id"]) for row in rows}

    async def user_of_session(self, tenant_id: TenantId, session_id: str) -> UserId | None:
        """The user that a session belongs to."""
        row = await self._db.fetch_one("taste.owner_of_session", tenant_id=tenant_id, session_id=session_id)
        return UserId(row["user_id"]) if row else None

    async def knows(self, tenant_id: TenantId, owner: str) -> bool:
        """Whether anything is known of a user or a session."""
        row = await self._db.fetch_one("taste.is_known", tenant_id=tenant_id, owner=owner)
        return bool(row and row["yes"])

    async def kin(self, tenant_id: TenantId, owner: str) -> Sequence[str]:
        """The owner, and those that share preferences with them."""
        row = await self._db.fetch_one("taste.kin", tenant_id=tenant_id, owners=[owner])
        return row["owners"] if row else [owner]

    async def read(self, tenant_id: TenantId, owners: Sequence[str]) -> tuple[Preference, ...]:
        """What was said under these names, by kind and id."""
        rows = await self._db.fetch("taste.read", tenant_id=tenant_id, owners=list(owners))
        return tuple(Preference(PreferenceKind(r["kind"]), r["id"], PreferenceAction(r["action"])) for r in rows)

    async def put(
        self, tenant_id: TenantId, owner: str, kind: PreferenceKind, ids: Sequence[str], action: PreferenceAction
    ) -> None:
        """Keeps what is said, or takes it back; LimitExceeded past 1,000 preferences of one owner."""
        if action is PreferenceAction.NEUTRAL:
            owners = await self.kin(tenant_id, owner)
            await self._db.execute("taste.remove", tenant_id=tenant_id, owners=list(owners), kind=kind, ids=list(ids))
            return
        async with self._db.transaction() as session:
            await session.execute("taste.put", tenant_id=tenant_id, owner=owner, kind=kind, ids=list(ids), action=action)
            [row] = await session.fetch("taste.count", tenant_id=tenant_id, owner=owner)
            if row["preferences"] > MOST_PREFERENCES:
                raise LimitExceeded(f"at most {MOST_PREFERENCES} preferences are kept of one visitor", field="ids")
