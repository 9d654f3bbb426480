"""What people may ask for: everything that is held of them, to be forgotten, not to be followed."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gateway.domain.identity import Identity
from gateway.domain.person import ErasureReceipt
from gateway.domain.tenant import TenantId
from gateway.store.database import Contended, Database

MOST_ROWS = 20_000  # of a table that one export holds
_ATTEMPTS = 4

Held = Mapping[str, Sequence[Mapping[str, Any]]]
"""Rows as they are kept, by what they are."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be forgotten: what someone did, or (`whole`) everything. `blocked`: and they are followed no more."""

    by: Identity
    whole: bool
    blocked: bool
    actor: str


class PrivacyStore:
    """Reads and forgets people whole, whichever table they are in."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def export(self, tenant_id: TenantId, by: Identity) -> Held:
        """Everything that is held of someone; of events, of what was shown and of other tables 20,000 rows and one more.

        Tables that hold nothing of them are there too, empty.
        """
        rows = await self._db.fetch("privacy.export", tenant_id=tenant_id, kind=by.kind, value=by.value, most=MOST_ROWS + 1)
        held: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
        for row in rows:
            held[row["name"]] += [] if row["told"] is None else [row["told"]]
        return held

    async def forget(self, tenant_id: TenantId, wish: Wish) -> ErasureReceipt:
        """Forgets first what there is, while others write; then, while nobody writes of the tenant's people, the rest."""
        who = {"tenant_id": tenant_id, "kind": wish.by.kind, "value": wish.by.value}
        row = await self._db.fetch_one("privacy.forget_ahead", **who)
        done = row["rows"] if row else {}
        for _ in range(_ATTEMPTS - 1):
            try:
                return await self._forget_rest(who, wish, done)
            except Contended:  # with a batch of events that came first
                continue
        return await self._forget_rest(who, wish, done)

    async def follow_again(self, tenant_id: TenantId, by: Identity) -> bool:
        """Lifts what was blocked with this id; whether anything was."""
        row = await self._db.fetch_one("privacy.follow_again", tenant_id=tenant_id, kind=by.kind, value=by.value)
        return bool(row and row["done"])

    async def _forget_rest(self, who: Mapping[str, object], wish: Wish, done: Mapping[str, int]) -> ErasureReceipt:
        given = {"whole": wish.whole, "blocked": wish.blocked, "actor": wish.actor, "done": done}
        row = await self._db.fetch_one("privacy.forget", **who, **given)
        assert row is not None
        return ErasureReceipt(row["receipt_id"], row["made_at"], row["rows"])
