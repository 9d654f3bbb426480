"""Feeds and their runs in words, and as JSON; no secret is in either."""

import textwrap
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from gateway.commands.finding import Finding, doubtful, well
from gateway.commands.saying import few_lines
from gateway.domain.feed import Feed, FeedRun
from gateway.feeds.courier import shown
from gateway.feeds.rounds import Ran

_INDENT = 12
_NARROWEST = 30
_MOST_REFUSED = 0.5  # of a feed's rows: past that it is rather read wrong than written wrong here and there
_WHAT_REFUSED = "the feed's market, its currency or its columns are not those meant: endcap feed add puts it right"


def manner(feed: Feed) -> str:
    """How often, and what else matters."""
    often = f"every {feed.every_minutes:,} min" if feed.every_minutes else "by hand"
    words = [
        often,
        "paused" if feed.paused else "",
        f"market {feed.market_id}" if feed.market_id else "",
        f"full, hides {100 * feed.max_hidden:.4g}% at most" if feed.is_full else "",
    ]
    return ", ".join(word for word in words if word)


def result(run: FeedRun | None) -> str:
    """What a run did, in a line or two."""
    if run is None:
        return ""
    if run.finished_at is None:
        return "at work"
    counts = f"{run.rows:,} rows: {run.added:,} added, {run.changed:,} changed, {run.hidden:,} hidden, {run.refused:,} refused"
    told = [counts] if run.rows else []
    return few_lines([*told, *([run.error] if run.error else []), *(run.notes if not run.rows else [])])


def in_lines(feed: Feed, width: int) -> Iterator[str]:
    """A feed on a page so many columns wide: its place stays whole, so that it can be copied; what is said of it is folded."""
    yield f"{feed.tenant_id}/{feed.name}"
    for name, said in (("from", shown(feed.place)), ("how", manner(feed)), ("last run", _when(feed)), ("", result(feed.last))):
        for number, line in enumerate(said.splitlines()):
            folded = [line] if name == "from" else textwrap.wrap(line, max(width - _INDENT, _NARROWEST))
            for each, text in enumerate(folded):
                yield f"  {'' if number or each else name:<{_INDENT - 2}}{text}"


def look_at_feed(feed: Feed, now: datetime) -> Finding:
    """Whether it comes as it should."""
    about, again = f"feed {feed.tenant_id}/{feed.name}", f"endcap feed run {feed.name} --tenant {feed.tenant_id} tries it at once"
    if feed.paused:
        return well(about, "paused")
    since = f"; unchanged since, looked at {_minute(feed.unchanged_at)}" if feed.unchanged_at else ""
    if feed.last and feed.last.error:
        return doubtful(about, feed.last.error + since, again)
    if feed.every_minutes and feed.looked_at and now - feed.looked_at > timedelta(minutes=2 * feed.every_minutes, hours=1):
        late = f"last looked at {_minute(feed.looked_at)}, {manner(feed)}"
        return doubtful(about, late, "a running gateway reads feeds: start it")
    if feed.last and feed.last.refused > _MOST_REFUSED * feed.last.rows:
        return doubtful(about, f"{result(feed.last)}{_first_reason(feed.last)}{since}", _WHAT_REFUSED)
    return well(about, (result(feed.last) or "not read yet") + since)


def _when(feed: Feed) -> str:
    if feed.last is None:
        return "never"
    since = f", unchanged since (looked at {_minute(feed.unchanged_at)})" if feed.unchanged_at else ""
    return _minute(feed.last.started_at) + since


def _minute(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _first_reason(run: FeedRun) -> str:
    """What is wrong with the first of the refused rows, which is mostly what is wrong with all."""
    if not run.refusals:
        return ""
    first = run.refusals[0]
    return f"; line {first['line']}: {first['field']}: {first['reason']}"


def described(feed: Feed) -> dict[str, Any]:
    """The feed for machines, with its last run; of a secret only the name."""
    return {
        "tenant": feed.tenant_id,
        "name": feed.name,
        "place": shown(feed.place),
        "market": feed.market_id,
        "every_minutes": feed.every_minutes,
        "full": feed.is_full,
        "max_hidden": feed.max_hidden,
        "map": dict(feed.columns),
        "encoding": feed.encoding,
        "member": feed.member,
        "headers": sorted(feed.secrets),
        "paused": feed.paused,
        "last": _told_run(feed.last) if feed.last else None,
        "unchanged_at": feed.unchanged_at.isoformat() if feed.unchanged_at else None,
    }


def described_run(ran: Ran) -> dict[str, Any]:
    """A run for machines."""
    return {"tenant": ran.tenant_id, **_told_run(ran.run)}


def _told_run(run: FeedRun) -> dict[str, Any]:
    return {
        "id": run.run_id,
        "feed": run.feed,
        "started_at": run.started_at.isoformat(),
        "finished_at": run.finished_at.isoformat() if run.finished_at else None,
        **{name: getattr(run, name) for name in ("rows", "added", "changed", "unchanged", "hidden", "refused", "error")},
        "notes": list(run.notes),
        "refusals": list(run.refusals),
    }
