"""A feed's run: fetched, imported, what it did kept; what fails is said in a line, and tried again at its next time."""

import logging
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from gateway.domain.feed import Feed, FeedRun
from gateway.domain.tenant import TenantId
from gateway.errors import BadInput, Conflict, GatewayError, Unavailable
from gateway.feeds.catalogs import CatalogImport, import_catalog
from gateway.feeds.courier import Fetched, fetch, shown
from gateway.feeds.destination import Destination
from gateway.feeds.report import Report, Tell
from gateway.feeds.source import open_source
from gateway.store.database import Database
from gateway.store.feeds import IDLE, FeedStore
from gateway.store.tenants import TenantStore

_STALE = timedelta(days=1)  # a feed is read at least daily, modified or not: sale prices begin and end

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Ran:
    """What a run did; `report` is null where it failed, or had nothing to read."""

    tenant_id: TenantId
    run: FeedRun
    report: Report | None


class Rounds:
    """Runs feeds, one after the other; whoever does so holds the lock of FeedStore.alone."""

    def __init__(self, db: Database, tell: Tell) -> None:
        self._db, self._tell = db, tell
        self._feeds, self._tenants = FeedStore(db), TenantStore(db)

    async def run_due(self) -> AsyncIterator[Ran]:
        """Runs every feed whose time has come; none where another process is at it."""
        try:
            async with self._feeds.alone():
                for tenant_id, name in await self._feeds.due():
                    feed = await self.find(tenant_id, name)
                    yield await self._run(feed, whatever=feed.read_at is None or datetime.now(UTC) - feed.read_at > _STALE)
        except Conflict as busy:
            logger.info("%s", busy.message)

    async def run(self, tenant_id: TenantId, name: str) -> Ran:
        """Runs one now, modified or not, paused or not."""
        async with self._feeds.alone():
            return await self._run(await self.find(tenant_id, name), whatever=True)

    async def rehearse(self, tenant_id: TenantId, name: str) -> Report:
        """What a run would do now; nothing is written."""
        feed = await self.find(tenant_id, name)
        with tempfile.TemporaryDirectory(prefix="endcap-feed-") as folder:
            fetched = await fetch(feed, Path(folder), whatever=True)
            assert fetched is not None
            return await self._import(feed, fetched, rehearse=True)

    async def find(self, tenant_id: TenantId, name: str) -> Feed:
        """The feed of this name; BadInput lists those there are."""
        feeds = {feed.name: feed for feed in await self._feeds.feeds(tenant_id)}
        if name not in feeds:
            raise BadInput(f"{tenant_id} has no feed {name[:64]!r}; it has {', '.join(feeds) or 'none'}")
        return feeds[name]

    async def _run(self, feed: Feed, *, whatever: bool) -> Ran:
        started = FeedRun(await self._feeds.begin(feed), feed.name, datetime.now(UTC))
        report = None
        try:
            report = await self._read(feed, whatever=whatever)
            outcome = _outcome(started, report)
        except Unavailable as lost:
            raise lost from None
        except GatewayError as wrong:
            outcome = replace(started, error=wrong.message)
        except Exception:
            logger.exception("feed %s of %s failed", feed.name, feed.tenant_id)
            outcome = replace(started, error="failed in a way that it should not; the log says how")
        await self._feeds.end(started.run_id, outcome)
        return Ran(feed.tenant_id, replace(outcome, finished_at=datetime.now(UTC)), report)

    async def _read(self, feed: Feed, *, whatever: bool) -> Report | None:
        with tempfile.TemporaryDirectory(prefix="endcap-feed-") as folder:
            fetched = await fetch(feed, Path(folder), whatever=whatever)
            if fetched is None:
                return None
            report = await self._import(feed, fetched, rehearse=False)
        await self._feeds.note_reading(feed, fetched.seen)
        return report

    async def _import(self, feed: Feed, fetched: Fetched, *, rehearse: bool) -> Report:
        markets = await self._tenants.markets(feed.tenant_id)
        destination = Destination.choose(feed.tenant_id, markets, feed.market_id)
        try:
            source = open_source(fetched.path, feed.encoding, feed.member)
            asked = CatalogImport(
                source,
                destination,
                feed.columns,
                feed=feed.name,
                max_hidden=feed.max_hidden if feed.is_full else None,
                rehearse=rehearse,
                keep_refused=False,
            )
            report = await import_catalog(asked, self._db, self._tell)
        except BadInput as wrong:
            raise BadInput(wrong.message.replace(str(fetched.path), shown(feed.place)), field=wrong.field) from None
        report.file = shown(feed.place)
        return report


def _outcome(started: FeedRun, report: Report | None) -> FeedRun:
    if report is None:
        return replace(started, notes=[IDLE])
    return replace(
        started,
        rows=report.rows,
        added=report.added,
        changed=report.changed,
        unchanged=report.unchanged,
        hidden=report.hidden,
        refused=report.refused,
        error="; ".join(report.not_hidden) or None,
        notes=report.notes,
        refusals=report.first_refused,
    )
