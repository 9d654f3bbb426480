"""API keys, kept by the hashes of their secrets; who made and ended them, and when each was used."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import asyncpg

from gateway.domain.notation import key_told
from gateway.domain.tenant import Environment, KeptKey, Scope, TenantId
from gateway.errors import BadInput, Conflict, LimitExceeded
from gateway.store.audit import Change, note
from gateway.store.database import Database, Session
from gateway.store.tenants import key_of

MAX_KEYS = 1000  # of a tenant, that have not been revoked


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key to be kept: everything but the secret."""

    name: str
    secret_sha256: bytes
    scopes: frozenset[Scope]
    allowed_origins: tuple[str, ...] = ()
    channel: str | None = None
    expires_at: datetime | None = None
    environment: Environment = Environment.PRODUCTION


class KeyStore:
    """Reads and writes keys."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def all(self, tenant_id: TenantId) -> list[KeptKey]:
        """Every key there ever was, the newest first."""
        return [_kept(row) for row in await self._db.fetch("key.read", tenant_id=tenant_id)]

    async def live(self, tenant_id: TenantId) -> list[KeptKey]:
        """Those that have not been revoked, the newest first."""
        return [kept for kept in await self.all(tenant_id) if kept.revoked_at is None]

    async def add(self, tenant_id: TenantId, key: NewKey, by: str | None = None) -> KeptKey:
        """Keeps a key. `by`: who makes it, for the audit log; null while the account is opened."""
        async with self._db.transaction() as session:
            there = await _locked(session, tenant_id)
            if sum(kept.revoked_at is None for kept in there.values()) >= MAX_KEYS:
                raise LimitExceeded(f"a tenant may have {MAX_KEYS} keys at most; revoke those that nobody uses", field="name")
            [row] = await session.fetch(
                "key.insert",
                tenant_id=tenant_id,
                name=key.name,
                secret_sha256=key.secret_sha256,
                scopes=sorted(key.scopes),
                allowed_origins=list(key.allowed_origins),
                channel=key.channel,
                expires_at=key.expires_at,
                environment=key.environment,
            )
            made = (await _read(session, tenant_id))[row["key_id"]]
            if by:
                await note(session, Change(tenant_id, by), "api_key.create", str(made.key.key_id), None, key_told(made.key))
        return made

    async def revoke(self, tenant_id: TenantId, key_id: UUID, by: str, *, keep_last: bool) -> KeptKey:
        """Ends a key. BadInput where there is no such live key. `keep_last`: Conflict where nobody could administer then."""
        async with self._db.transaction() as session:
            there = await _locked(session, tenant_id)
            found = there.get(key_id)
            if found is None or found.revoked_at:
                raise BadInput(f"the tenant {tenant_id!r} has no live key {key_id}", field="id")
            if keep_last and _administers(found) and not any(_administers(k) for i, k in there.items() if i != key_id):
                message = "it is the last key with the scope ADMIN: make another first, or end it with `endcap key revoke`"
                raise Conflict(message, field="id")
            await session.execute("key.revoke", tenant_id=tenant_id, key_id=key_id)
            await note(session, Change(tenant_id, by), "api_key.revoke", str(key_id), key_told(found.key), None)
            return (await _read(session, tenant_id))[key_id]

    async def note_uses(self, uses: Mapping[UUID, datetime]) -> None:
        """When keys were used, at most once a minute each."""
        await self._db.execute("key.note_uses", ids=list(uses), moments=list(uses.values()))


async def _locked(session: Session, tenant_id: TenantId) -> dict[UUID, KeptKey]:
    """The tenant's keys; nobody else makes or ends one now."""
    await session.execute("playbook.lock", tenant_id=tenant_id)
    return await _read(session, tenant_id)


async def _read(session: Session, tenant_id: TenantId) -> dict[UUID, KeptKey]:
    return {row["key_id"]: _kept(row) for row in await session.fetch("key.read", tenant_id=tenant_id)}


def _kept(row: asyncpg.Record) -> KeptKey:
    return KeptKey(key_of(row), row["created_at"], row["last_used_at"], row["revoked_at"])


def _administers(kept: KeptKey) -> bool:
    return kept.revoked_at is None and Scope.ADMIN in kept.key.scopes and kept.key.is_live(datetime.now(UTC))
