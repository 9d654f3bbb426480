"""The demo's own two keys: their secrets lie in a file beside the data, their hashes in the database."""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from gateway.domain.tenant import Scope, TenantId
from gateway.services.administering.keys import hash_secret, make_secret
from gateway.store.keys import KeyStore, NewKey

FILE = "demo-keys.json"

SHOP, ADMIN = "Demo shop", "Demo admin"


@dataclass(frozen=True, slots=True, repr=False)
class DemoKeys:
    """The secrets. The storefront's is public by design: it stands in every page of the shop."""

    storefront: str
    admin: str


async def are_known(keys: KeyStore, tenant_id: TenantId) -> bool:
    """Whether keys were made before, though their secrets may be lost since."""
    return {SHOP, ADMIN} <= {kept.key.name for kept in await keys.live(tenant_id)}


async def have_keys(keys: KeyStore, tenant_id: TenantId, data_dir: Path) -> DemoKeys:
    """The keys of the file where the database knows both; else new ones, in both places."""
    file = data_dir / FILE
    kept = _read(file)
    known = {kept.key.secret_sha256 for kept in await keys.live(tenant_id)}
    if kept and {hash_secret(kept.storefront), hash_secret(kept.admin)} <= known:
        return kept
    made = DemoKeys(make_secret(), make_secret())
    _write(file, made)
    await keys.add(tenant_id, NewKey(SHOP, hash_secret(made.storefront), frozenset({Scope.STOREFRONT}), channel="web"))
    await keys.add(tenant_id, NewKey(ADMIN, hash_secret(made.admin), frozenset({Scope.ADMIN, Scope.ANALYST})))
    return made


def _read(file: Path) -> DemoKeys | None:
    try:
        told = json.loads(file.read_text())
        return DemoKeys(str(told["storefront"]), str(told["admin"]))
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None  # lost or unreadable: new ones are made


def _write(file: Path, keys: DemoKeys) -> None:
    """Whole or not at all, and for this user's eyes only."""
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        json.dump(asdict(keys), out)
    fresh.replace(file)
