"""Restore: the releases that were made, and an earlier one in force again."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from gateway.domain.release import Release, ReleaseId
from gateway.domain.tenant import Caller, Scope, TenantId
from gateway.errors import BadInput
from gateway.index.canary import send_canary
from gateway.index.manifest import BadRelease
from gateway.services.administering.admit import require
from gateway.services.administering.tenants import actor_of
from gateway.services.asking.bounds import page_size
from gateway.services.shop import Shop
from gateway.store.audit import Change
from gateway.store.releases import ReleaseStore

logger = logging.getLogger(__name__)

_USUAL, _MOST = 20, 100


@dataclass(frozen=True, slots=True)
class Restorer:
    """Reads releases and goes back to one. `folder`: where they lie, a folder a tenant; `catch_up` has this server open it."""

    kept: ReleaseStore
    folder: Path
    catch_up: Callable[[], Awaitable[None]]

    async def releases(self, shop: Shop, caller: Caller, first: int | None) -> Sequence[Release]:
        """The tenant's releases, newest first, refused ones among them; BadInput where so many cannot be had."""
        require(caller, Scope.ANALYST)
        return await self.kept.newest(shop.tenant.tenant_id, page_size(first, _USUAL, _MOST))

    async def roll_back(self, shop: Shop, caller: Caller, release_id: ReleaseId) -> Release:
        """The release, serving again, here when the answer comes; BadInput where it cannot."""
        require(caller, Scope.ADMIN)
        change = Change(shop.tenant.tenant_id, actor_of(caller))
        try:
            release = await roll_back(self.kept, self.folder, change, release_id)
        except BadRelease as bad:
            logger.warning("release %s of %s cannot serve again: %s", release_id, change.tenant_id, bad)
            raise BadInput("its files are gone or damaged: the server's log says which", field="id") from bad
        await self.catch_up()
        return release


async def roll_back(kept: ReleaseStore, folder: Path, change: Change, release_id: ReleaseId) -> Release:
    """Has an earlier release serve again; BadInput where there is none, BadRelease where its files are gone or damaged."""
    await _known(kept, change.tenant_id, release_id)  # before its name leads to any file
    await asyncio.to_thread(send_canary, folder / change.tenant_id / release_id)
    await kept.roll_back(change, release_id)
    return await _known(kept, change.tenant_id, release_id)


async def _known(kept: ReleaseStore, tenant_id: TenantId, release_id: ReleaseId) -> Release:
    """The release, which may serve."""
    found = await kept.one(tenant_id, release_id)
    if found is None:
        raise BadInput(f"there is no release {release_id!r}: releases tells those that there are", field="id")
    if found.refused is not None:
        raise BadInput(f"release {release_id} was refused and never served: {found.refused}", field="id")
    return found
