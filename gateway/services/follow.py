"""Follow the database: what servers hold in memory is read anew when it has changed there."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from gateway.domain.event_type import types_with
from gateway.domain.playbook import Playbook
from gateway.domain.tenant import Tenant, TenantId
from gateway.errors import Unavailable
from gateway.index.manifest import BadRelease
from gateway.services.measure import RELEASE_FAILURES
from gateway.services.shop import Shop, Shops
from gateway.store.database import Database
from gateway.store.event_types import EventTypeStore
from gateway.store.experiments import Experiments, ExperimentStore
from gateway.store.playbook import PlaybookStore
from gateway.store.releases import ReleaseStore
from gateway.store.tenants import TenantStore
from gateway.strategies.repertoire import Repertoire

logger = logging.getLogger(__name__)

LoadRelease = Callable[[Path], Repertoire]
_RETRY = 1.0  # seconds
_PATIENCE = 1.0


class Follower:
    """Keeps `shops` as the database says. A notification is a hint; every `seconds` the versions are compared anyway."""

    def __init__(self, db: Database, shops: Shops, releases: Path, load: LoadRelease, seconds: float) -> None:
        self._db = db
        self._shops = shops
        self._folder = releases
        self._load = load
        self._seconds = seconds
        self._tenants = TenantStore(db)
        self._playbooks = PlaybookStore(db)
        self._releases = ReleaseStore(db)
        self._types = EventTypeStore(db)
        self._experiments = ExperimentStore(db)
        self._turn = asyncio.Lock()  # who read first must not have the last word

    async def run(self) -> None:
        """Follows until cancelled; a lost database is tried again."""
        while True:
            try:
                async with self._db.listening() as heard:
                    while True:
                        await self.refresh()
                        await heard.wait(self._seconds)
            except Unavailable as lost:
                logger.warning("cannot follow the database: %s", lost.message)
            except Exception:
                logger.exception("what changed in the database cannot be read; the state before stays in force")
            await asyncio.sleep(_RETRY)

    async def catch_up(self) -> None:
        """What was just committed is in force here when this returns; where that takes more than a second, soon after."""
        with suppress(TimeoutError, Unavailable):
            async with asyncio.timeout(_PATIENCE):
                await self.refresh()

    async def refresh(self) -> None:
        """Reads what has a new version; one assignment puts it in force."""
        async with self._turn:
            await self._refresh()

    async def _refresh(self) -> None:
        versions = await self._tenants.versions()
        known = {shop.tenant.tenant_id: shop for shop in self._shops}
        moved = {t for t, v in versions.items() if t not in known or known[t].version != v or _lacks_release(known[t])}
        if not moved and known.keys() == versions.keys():
            return
        tenants = {t.tenant_id: t for t in await self._tenants.tenants()}
        read = {t: await self._try(tenants[t], versions[t], known.get(t)) for t in moved if t in tenants}
        fresh = {t: shop for t, shop in read.items() if shop}
        standing = {shop.tenant.tenant_id: shop for shop in self._shops}  # newcomers may have come meanwhile
        kept = {t: _with_newcomers(shop, standing.get(t)) for t, shop in fresh.items()}
        self._shops.replace({**{t: shop for t, shop in standing.items() if t in tenants}, **kept})

    async def _try(self, tenant: Tenant, version: int, before: Shop | None) -> Shop | None:
        """The shop; null where it cannot be read: what one tenant has kept must not stop the others."""
        try:
            return await self._read(tenant, version, before)
        except Unavailable:
            raise
        except Exception:
            logger.exception("%s cannot be read; its state before stays in force", tenant.tenant_id)
            return None

    async def _decided(self, tenant_id: TenantId, before: Shop | None) -> Playbook:
        """The playbook; the one before where it cannot be read: keys and settings are followed all the same."""
        try:
            return await self._playbooks.read(tenant_id)
        except Unavailable:
            raise
        except Exception:
            logger.exception("the decisions of %s cannot be read; those before stay in force", tenant_id)
            return before.playbook if before else Playbook()

    async def _tried_out(self, tenant_id: TenantId, before: Shop | None) -> tuple[Experiments, Experiments]:
        """The experiments, and the drafts; those before where they cannot be read."""
        try:
            return await self._experiments.served(tenant_id)
        except Unavailable:
            raise
        except Exception:
            logger.exception("the experiments of %s cannot be read; those before stay in force", tenant_id)
            return (before.experiments, before.draft_experiments) if before else ({}, {})

    async def _read(self, tenant: Tenant, version: int, before: Shop | None) -> Shop:
        name = tenant.tenant_id
        serving = await self._releases.serving(name)
        repertoire = await self._repertoire(name, serving, before)
        experiments, drafts = await self._tried_out(name, before)
        return Shop(
            tenant=tenant,
            version=version,
            markets=await self._tenants.markets(name),
            categories=await self._tenants.categories(name),
            keys=tuple(await self._tenants.keys(name)),
            playbook=await self._decided(name, before),
            experiments=experiments,
            draft_experiments=drafts,
            event_types=types_with(await self._types.own(name)),
            repertoire=repertoire,
            serving=serving,
        )

    async def _repertoire(self, tenant_id: TenantId, serving: str | None, before: Shop | None) -> Repertoire:
        """The release that serves, loaded in a thread; the one before stays where it cannot be loaded."""
        now = before.repertoire if before else Repertoire()
        if serving is None or serving == now.release_id:
            return now if serving else Repertoire()
        try:
            loaded = await asyncio.to_thread(self._load, self._folder / tenant_id / serving)
        except (OSError, BadRelease) as broken:
            RELEASE_FAILURES.labels(tenant_id).inc()
            logger.error("release %s of %s cannot be served: %s", serving, tenant_id, broken)  # noqa: TRY400  (no stack)
            return now
        logger.info("release %s of %s serves", serving, tenant_id)
        return loaded


def _with_newcomers(shop: Shop, standing: Shop | None) -> Shop:
    """The newcomers are those beside a release: they stay as long as it serves."""
    same = standing is not None and standing.repertoire.release_id == shop.repertoire.release_id
    return replace(shop, newcomers=standing.newcomers) if same and standing else shop


def _lacks_release(shop: Shop) -> bool:
    return shop.serving != shop.repertoire.release_id
