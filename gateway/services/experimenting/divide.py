"""Divide: layers, whose experiments exclude each other."""

import re
from dataclasses import dataclass

from gateway.domain.layer import Layer
from gateway.domain.tenant import Caller, Scope
from gateway.errors import BadInput
from gateway.services.administering.admit import require
from gateway.services.administering.tenants import check_name
from gateway.services.experimenting.try_out import change_of
from gateway.services.shop import Shop
from gateway.store.layers import LayerStore

_KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")


@dataclass(frozen=True, slots=True)
class Divider:
    """Tells and keeps layers."""

    layers: LayerStore

    async def all(self, shop: Shop, caller: Caller) -> list[Layer]:
        """Every layer, by key, with what is free of it."""
        require(caller, Scope.ANALYST)
        return await self.layers.all(shop.tenant.tenant_id)

    async def put(self, shop: Shop, caller: Caller, key: str, name: str) -> Layer:
        """The layer, made or called by another name."""
        require(caller, Scope.ADMIN)
        if not _KEY.fullmatch(key):
            raise BadInput(
                "must be lower-case letters, digits, - and _, beginning with a letter or a digit, 63 at most", field="key"
            )
        return await self.layers.put(change_of(shop, caller), key, check_name(name))
