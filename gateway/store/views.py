"""What was served, kept: one row a response."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from gateway.domain import ids
from gateway.domain.experiment import Exposed
from gateway.domain.tenant import TenantId
from gateway.domain.visitor import SessionId, UserId, Visitor, VisitorId
from gateway.store.database import Database, Session
from gateway.store.exposures import Told, put
from gateway.store.people import hold

_COLUMNS = {
    "tenant_id": "tenant_ids", "view_id": "view_ids", "served_at": "served_at", "market_id": "market_ids", "locale": "locales",
    "channel": "channels", "session_id": "session_ids", "user_id": "user_ids", "visitor_id": "visitor_ids",
    "release_id": "release_ids", "page": "pages", "lists": "lists", "preview": "previews",
    "latency_ms": "latencies",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ServedView:
    """One answer: who asked, and which products stood in which list. `preview`: it was shown to no visitor, so nothing is learnt
    from it and nothing counted. `exposures`: the variants that whoever asked got with it; they are kept beside it.
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
    latency_ms: int | None = None
    exposures: tuple[Exposed, ...] = ()


assert {f.name for f in fields(ServedView)} == _COLUMNS.keys() | {"exposures"}


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
            await put(session, [told for view in views for told in _told(view)])
            for tenant_id in sorted({view.tenant_id for view in views}):
                await _note_answers(session, tenant_id, [view for view in views if view.tenant_id == tenant_id])


def _told(view: ServedView) -> Iterator[Told]:
    visitor = Visitor(
        SessionId(view.session_id) if view.session_id else None,
        UserId(view.user_id) if view.user_id else None,
        VisitorId(view.visitor_id) if view.visitor_id else None,
    )
    return (Told(view.tenant_id, each, visitor) for each in view.exposures)


async def _note_answers(session: Session, tenant_id: TenantId, views: Sequence[ServedView]) -> None:
    """Whatever was served to units of experiments is added up with them."""
    await session.execute(
        "exposure.note_answers",
        tenant_id=tenant_id,
        session_ids=[view.session_id for view in views],
        user_ids=[view.user_id for view in views],
        visitor_ids=[view.visitor_id for view in views],
        served_at=[view.served_at for view in views],
    )
