"""Keep what visitors prefer."""

from collections.abc import Sequence
from dataclasses import dataclass

from gateway.domain.identity import Identity, IdentityKind
from gateway.domain.preference import Person, PreferenceAction, PreferenceKind
from gateway.domain.tenant import Caller, Scope, TenantId
from gateway.errors import BadInput, LimitExceeded
from gateway.services.admit import require
from gateway.services.bounds import check_text
from gateway.services.shop import Shop
from gateway.store.tastes import TasteStore

MAX_IDS = 500


@dataclass(frozen=True, slots=True)
class Preferrer:
    """Preferences of users and sessions.

    A browser may speak for its own session: the session's id is unguessable, and opens its history already. Nothing is told it of
    the user whom the session belongs to.
    """

    tastes: TasteStore

    async def put(
        self, shop: Shop, caller: Caller, by: Identity, kind: PreferenceKind, ids: Sequence[str], action: PreferenceAction
    ) -> Person:
        """Keeps what someone says of these products, categories, brands or stores; what holds of them now."""
        if by.kind is not IdentityKind.SESSION:
            require(caller, Scope.SERVER)
        if not 1 <= len(ids) <= MAX_IDS:
            raise LimitExceeded(f"from 1 to {MAX_IDS} ids a call, not {len(ids)}", field="ids")
        check_text("ids", ids)
        if not all(ids):
            raise BadInput("an empty id is no id", field="ids")
        tenant_id = shop.tenant.tenant_id
        owner = await self._owner(tenant_id, by)
        if owner is None:
            raise BadInput(f"no user is known by this {by.kind}", field="by")
        await self.tastes.put(tenant_id, owner, kind, ids, action)
        return await self._person(tenant_id, owner, whole=caller.may(Scope.SERVER))

    async def person(self, shop: Shop, caller: Caller, by: Identity) -> Person | None:
        """Who is known by an identity, with what they prefer; null where nobody is."""
        require(caller, Scope.SERVER)
        tenant_id = shop.tenant.tenant_id
        owner = await self._owner(tenant_id, by)
        if owner is None or not await self.tastes.knows(tenant_id, owner):
            return None
        return await self._person(tenant_id, owner, whole=True)

    async def _owner(self, tenant_id: TenantId, by: Identity) -> str | None:
        """Under which name the preferences of an identity are kept."""
        check_text("by", (by.value,))
        if not by.value:
            raise BadInput("an empty id is no id", field="by")
        if by.kind is IdentityKind.SESSION:
            return f"s:{by.value}"
        if by.kind is IdentityKind.USER:
            return f"u:{by.value}"
        user_id = (await self.tastes.users(tenant_id, [by])).get(by)
        return f"u:{user_id}" if user_id else None

    async def _person(self, tenant_id: TenantId, owner: str, *, whole: bool) -> Person:
        """`whole`: with the user whom a session belongs to, and all that is shared with them."""
        person_id = owner[2:]
        if not whole:
            return Person(person_id, await self.tastes.read(tenant_id, [owner]))
        if owner.startswith("s:"):
            person_id = await self.tastes.user_of_session(tenant_id, person_id) or person_id
        return Person(person_id, await self.tastes.read(tenant_id, await self.tastes.kin(tenant_id, owner)))
