"""What was served, kept: one row a response."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from gateway.domain import ids
from gateway.domain.tenant import TenantId
from gateway.store.database import Database
from gateway.store.people import hold

_COLUMNS = {
    "tenant_id": "tenant_ids", "view_id": "view_ids", "served_at": "served_at", "market_id": "market_ids", "locale": "locales",
    "channel": "channels", "session_id": "session_ids", "user_id": "user_ids", "visitor_id": "visitor_ids",
    "release_id": "release_ids", "page": "pages", "lists": "lists", "preview": "previews",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ServedView:
    """One answer: who asked, and which products stood in which list. `preview`: it was shown to no visitor, so nothing is learnt
    from it and nothing counted.
    """

    tenant_id: TenantId
    view_id: UUID
    served_at: datetime
    market_id: str
    locale: str
    channel: str | None
    session_id: str | None
    user_id: str | None
    visitor_id: str | None
    release_id: str | None
    page: Mapping[str, Any]
    lists: Sequence[Mapping[str, Any]]
    preview: bool = False


assert {f.name for f in fields(ServedView)} == _COLUMNS.keys()


class ViewStore:
    """Writes served views in batches."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def find(self, tenant_id: TenantId, view_id: UUID) -> ServedView | None:
        """The answer of this id; its moment is in the id, so that one partition is read."""
        try:
            served_at = ids.made_at(view_id)
        except (OverflowError, OSError, ValueError):  # no moment of our calendar
            return None
        row = await self._db.fetch_one("view.read_view", tenant_id=tenant_id, view_id=view_id, served_at=served_at)
        return ServedView(**row) if row else None

    async def add(self, views: Sequence[ServedView]) -> None:
        """Writes the views in one statement; one written before stays as it is. Of who was forgotten meanwhile none is kept."""
        columns = {plural: [getattr(view, name) for view in views] for name, plural in _COLUMNS.items()}
        for plural in ("pages", "lists"):  # as text: a list of lists would be taken for an array of two dimensions
            columns[plural] = [orjson.dumps(each).decode() for each in columns[plural]]
        async with self._db.transaction() as session:
            for tenant_id in sorted({view.tenant_id for view in views}):
                await hold(session, tenant_id)
            await session.execute("view.insert_views", **columns)
