"""An analyst at a gateway in which an experiment has run for two weeks and all is added up."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from gateway.domain.tenant import Scope, Tenant
from gateway.store.keys import NewKey
from gateway.store.reckoning import Reckoning
from gateway.wiring import Stores
from tests.console.matured import mature
from tests.faces.serving import Client, reckoned, serving


@asynccontextmanager
async def reading(
    shop: Tenant, stores: Stores, database_url: str, folder: Path, mode: str = "GROUP_SEQUENTIAL", planned: int = 4000
) -> AsyncIterator[Client]:
    """A client whose key is secret-analyst."""
    secret = hashlib.sha256(b"secret-analyst").digest()
    await stores.keys.add(shop.tenant_id, NewKey("analyst", secret, frozenset({Scope.ANALYST})))
    await mature(stores.db, shop.tenant_id, mode, planned)
    await reckoned(Reckoning(stores.db))
    async with serving(database_url, folder) as client:
        async with asyncio.timeout(60):
            while await client.rows("select from unit_due"):  # noqa: ASYNC110  (another task of this loop adds up)
                await asyncio.sleep(0.05)
        yield client
