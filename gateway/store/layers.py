"""Layers, and what experiments have of them."""

import asyncpg

from gateway.domain.experiment import ExperimentKey
from gateway.domain.layer import Layer
from gateway.domain.tenant import TenantId
from gateway.errors import LimitExceeded
from gateway.store.audit import Change, note_difference
from gateway.store.database import Database, Session

MAX_LAYERS = 100


class LayerStore:
    """Reads and writes layers."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def all(self, tenant_id: TenantId) -> list[Layer]:
        """Every layer, by id."""
        return [_layer(row) for row in await self._db.fetch("layer.read", tenant_id=tenant_id)]

    async def put(self, change: Change, layer_id: str, name: str) -> Layer:
        """The layer, made or called by another name."""
        async with self._db.transaction() as session:
            await session.execute("playbook.lock", tenant_id=change.tenant_id)
            there = {each.layer_id: each for each in await _read(session, change.tenant_id)}
            before = there.get(layer_id)
            if before is None and len(there) >= MAX_LAYERS:
                raise LimitExceeded(f"a tenant may have {MAX_LAYERS} layers at most", field="key")
            await session.execute("layer.upsert", tenant_id=change.tenant_id, layer_id=layer_id, name=name)
            was = {"key": layer_id, "name": before.name} if before else None
            await note_difference(session, change, "layer.upsert", layer_id, was, {"key": layer_id, "name": name})
            return next(each for each in await _read(session, change.tenant_id) if each.layer_id == layer_id)


async def _read(session: Session, tenant_id: TenantId) -> list[Layer]:
    return [_layer(row) for row in await session.fetch("layer.read", tenant_id=tenant_id)]


def _layer(row: asyncpg.Record) -> Layer:
    taken = tuple((float(low), float(high)) for ranges in row["taken"] for low, high in ranges)
    return Layer(row["layer_id"], row["name"], tuple(map(ExperimentKey, row["experiments"])), taken)
