"""Forget people, or tell them everything that is held of them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gateway.domain.identity import Identity
from gateway.domain.person import ErasureReceipt
from gateway.domain.tenant import Caller, Scope
from gateway.services.administering.admit import require
from gateway.services.knowing.recall import as_kept
from gateway.services.shop import Shop
from gateway.store.privacy import MOST_ROWS, PrivacyStore, Wish

_ALWAYS = ("user", "identities", "sessions", "links", "preferences", "lists", "events", "views", "exposures")


@dataclass(frozen=True, slots=True)
class Forgetter:
    """What people may ask of the shop, by any of their ids. Of a session that several shared, only what is theirs."""

    privacy: PrivacyStore

    async def export(self, shop: Shop, caller: Caller, by: Identity) -> Mapping[str, Any]:
        """Everything that is held of someone, by what it is. `found`: whether anything is; `complete`: whether it is all."""
        require(caller, Scope.SERVER)
        held = await self.privacy.export(shop.tenant.tenant_id, as_kept(by))
        told = {_camel(name): [_told(row) for row in held.get(name, ())[:MOST_ROWS]] for name in dict.fromkeys((*_ALWAYS, *held))}
        return {"found": any(held.values()), "complete": all(len(rows) <= MOST_ROWS for rows in held.values()), **told}

    async def forget(self, shop: Shop, caller: Caller, by: Identity, *, whole: bool, blocked: bool) -> ErasureReceipt:
        """Has someone forgotten: what they did, or (`whole`) everything. Of nobody, nothing is left then either."""
        require(caller, Scope.SERVER)
        wish = Wish(as_kept(by), whole, blocked, caller.key_name or "command line")
        return await self.privacy.forget(shop.tenant.tenant_id, wish)

    async def follow_again(self, shop: Shop, caller: Caller, by: Identity) -> bool:
        """Whoever is named by this id may be followed again; whether they were not."""
        require(caller, Scope.SERVER)
        return await self.privacy.follow_again(shop.tenant.tenant_id, as_kept(by))


def _told(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """The row under the API's names; what is null is left out."""
    return {_camel(name): value for name, value in row.items() if value is not None}


def _camel(name: str) -> str:
    return re.sub("_([a-z])", lambda found: found[1].upper(), name)
