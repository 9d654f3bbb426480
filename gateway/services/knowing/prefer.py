"""Keep what visitors prefer."""

from collections.abc import Sequence
from dataclasses import dataclass

from gateway.domain.identity import Identity, IdentityKind
from gateway.domain.person import Person
from gateway.domain.preference import PreferenceAction, PreferenceKind
from gateway.domain.tenant import Caller, Scope, TenantId
from gateway.errors import BadInput, LimitExceeded
from gateway.services.administering.admit import require, require_recording
from gateway.services.asking.bounds import check_text
from gateway.services.knowing.recall import Recaller, as_kept
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
    recaller: Recaller

    async def put(
        self, shop: Shop, caller: Caller, by: Identity, kind: PreferenceKind, ids: Sequence[str], action: PreferenceAction
    ) -> Person:
        """Keeps what someone says of these products, categories, brands or stores; what holds of them now."""
        if by.kind is not IdentityKind.SESSION:
            require(caller, Scope.SERVER)
        require_recording(caller)
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
        if caller.may(Scope.SERVER):
            return await self.recaller.whole(tenant_id, owner)
        return Person(owner[2:], preferences=await self.tastes.read_own(tenant_id, owner))

    async def _owner(self, tenant_id: TenantId, told: Identity) -> str | None:
        """Under which name the preferences of an identity are kept."""
        by = as_kept(told)
        if by.kind is IdentityKind.SESSION:
            return f"s:{by.value}"
        user_id = (await self.tastes.users(tenant_id, [by])).get(by)
        if user_id is None and by.kind is IdentityKind.USER:
            return f"u:{by.value}"
        return f"u:{user_id}" if user_id else None
