"""Administer an account: settings, markets and keys, in force here when the answer comes, and elsewhere at once after."""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any
from uuid import UUID

from gateway.domain.catalog import MarketId
from gateway.domain.notation import camel
from gateway.domain.page import Warning
from gateway.domain.tenant import Caller, KeptKey, Market, Scope, Tenant
from gateway.errors import BadInput
from gateway.services.administering.admit import require
from gateway.services.administering.keys import IssuedKey, Wish, issue_key
from gateway.services.administering.tenants import actor_of, change_settings, put_market
from gateway.services.shop import Shop
from gateway.store.keys import KeyStore
from gateway.store.tenants import TenantStore

_CALLED: Mapping[str, str] = MappingProxyType({"origin": "allowedOrigins", "market": "id", "locale": "locales"})
"""Fields whose name on the command line is another than in the API."""


@dataclass(frozen=True, slots=True)
class Administrator:
    """Reads and changes what belongs to an account. `catch_up` has this server read what it has just written."""

    tenants: TenantStore
    keys: KeyStore
    catch_up: Callable[[], Awaitable[None]]

    async def settings(self, shop: Shop, caller: Caller) -> Tenant:
        """The tenant as it is kept now."""
        require(caller, Scope.ANALYST)
        return await self.tenants.tenant(shop.tenant.tenant_id) or shop.tenant

    async def change(self, shop: Shop, caller: Caller, changes: Mapping[str, Any]) -> Tenant:
        """The tenant with these settings."""
        require(caller, Scope.ADMIN)
        with _in_words_of_the_api():
            changed = await change_settings(self.tenants, shop.tenant, changes, actor_of(caller))
        await self.catch_up()
        return changed

    async def put_market(
        self, shop: Shop, caller: Caller, market_id: MarketId, currency: str, locales: Sequence[str] | None
    ) -> Market:
        """A market, or new languages of one that there is; those it has where none are told."""
        require(caller, Scope.ADMIN)
        there = (await self.tenants.markets(shop.tenant.tenant_id)).get(market_id)
        spoken = there.locales if locales is None and there else tuple(dict.fromkeys(locales or ()))
        market = Market(market_id, currency, spoken)
        with _in_words_of_the_api():
            await put_market(self.tenants, shop.tenant, market, actor_of(caller))
        await self.catch_up()
        return market

    async def read_keys(self, shop: Shop, caller: Caller, *, revoked: bool) -> Sequence[KeptKey]:
        """The keys, the newest first; those that were revoked too, where they are asked for."""
        require(caller, Scope.ADMIN)
        tenant_id = shop.tenant.tenant_id
        return await self.keys.all(tenant_id) if revoked else await self.keys.live(tenant_id)

    async def make_key(self, shop: Shop, caller: Caller, wish: Wish) -> tuple[IssuedKey, tuple[Warning, ...]]:
        """A key, whose secret is told this once; and why it may not do what is hoped for."""
        require(caller, Scope.ADMIN)
        with _in_words_of_the_api():
            issued = await issue_key(self.keys, shop.tenant.tenant_id, wish, actor_of(caller))
        await self.catch_up()
        return issued, tuple(_doubts(issued.kept))

    async def revoke_key(self, shop: Shop, caller: Caller, key_id: str) -> KeptKey:
        """The key, ended. Conflict where it is the last that may administer."""
        require(caller, Scope.ADMIN)
        try:
            named = UUID(key_id)
        except ValueError:
            raise BadInput("is no UUID: the id of a key is told by apiKeys", field="id") from None
        ended = await self.keys.revoke(shop.tenant.tenant_id, named, actor_of(caller), keep_last=True)
        await self.catch_up()
        return ended


def _doubts(kept: KeptKey) -> Iterator[Warning]:
    key = kept.key
    if Scope.STOREFRONT in key.scopes and not key.allowed_origins:
        yield Warning("NO_ORIGINS", "it names no allowedOrigins: pages in browsers are refused; apps and servers are not")
    if key.allowed_origins and key.scopes - {Scope.STOREFRONT}:
        yield Warning(
            "MORE_THAN_STOREFRONT", "pages may use it, where everybody can read it, and it may do more than a storefront"
        )


@contextmanager
def _in_words_of_the_api() -> Iterator[None]:
    try:
        yield
    except BadInput as bad:
        raise BadInput(bad.message, field=bad.field and _CALLED.get(bad.field, camel(bad.field))) from None
