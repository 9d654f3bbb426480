"""The shop that the storm goes over: a tenant, a market and a key."""

import hashlib

from gateway.domain.catalog import MarketId
from gateway.domain.tenant import Market, Scope, TenantId
from gateway.store.keys import NewKey
from gateway.wiring import Stores

ACME = TenantId("acme")


async def open_shop(stores: Stores) -> None:
    """`acme`, whose key is what the tellers send."""
    await stores.tenants.create(ACME, "Acme")
    await stores.tenants.upsert_market(ACME, Market(MarketId("se"), "SEK", ("sv-SE",)))
    secret = hashlib.sha256(b"secret-storefront").digest()
    await stores.keys.add(ACME, NewKey("storm", secret, frozenset({Scope.STOREFRONT})), "storm")
