"""Fetches a feed: a file where it lies, or what a URL answers, in bounds of time and size, and nobody else hears its secrets."""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import httpx

from gateway.domain.feed import Feed
from gateway.errors import BadInput

logging.getLogger("httpx").setLevel(logging.WARNING)  # below that it tells whole URLs

_TIMEOUT = httpx.Timeout(60, connect=10)  # seconds of silence
_LONGEST = 30 * 60  # seconds in all: a feed of gigabytes over a slow line
_MOST = 4 * 2**30  # bytes as they come, mostly packed
_REDIRECTS = 5
_NAMED = 200  # characters of an address that is named
_PIECE = 1 << 20
_PACKED = frozenset({"", "identity", "gzip", "x-gzip"})  # gzip is recognised by its content
_OK, _NOT_MODIFIED = 200, 304
_CONDITIONS = {"etag": "If-None-Match", "last-modified": "If-Modified-Since"}


@dataclass(frozen=True, slots=True)
class Fetched:
    """The file, and what tells this version of it from others."""

    path: Path
    seen: Mapping[str, str]


def shown(place: str) -> str:
    """The place without what may be a secret: no user, no password, no query."""
    if "://" not in place:
        return place
    scheme, _, rest = place.partition("://")
    address, asks, _ = rest.partition("#")[0].partition("?")
    host, slash, path = address.partition("/")
    return f"{scheme}://{host.rpartition('@')[2]}{slash}{path}{'?…' if asks else ''}"


async def fetch(feed: Feed, folder: Path, *, whatever: bool) -> Fetched | None:
    """The feed; null where it is the version that was read last, unless it is wanted `whatever` it is. BadInput says why not."""
    return await _fetch_remote(feed, folder, whatever) if feed.is_remote else await asyncio.to_thread(_look_at, feed, whatever)


def _look_at(feed: Feed, whatever: bool) -> Fetched | None:
    path = Path(feed.place)
    try:
        stat = path.stat()
    except OSError as wrong:
        raise BadInput(f"{path}: {wrong.strerror or wrong}") from None
    seen = {"modified": str(stat.st_mtime_ns), "size": str(stat.st_size)}
    return None if seen == feed.seen and not whatever else Fetched(path, seen)


async def _fetch_remote(feed: Feed, folder: Path, whatever: bool) -> Fetched | None:
    known = {} if whatever else {header: feed.seen[name] for name, header in _CONDITIONS.items() if name in feed.seen}
    headers = {"Accept": "*/*", "Accept-Encoding": "identity", "User-Agent": "endcap", **known}
    try:
        hooks = {"response": [_check_onward]}
        async with asyncio.timeout(_LONGEST), httpx.AsyncClient(timeout=_TIMEOUT, event_hooks=hooks) as client:
            return await _follow(client, feed, headers, folder / "feed")
    except TimeoutError:
        raise BadInput(f"{shown(feed.place)}: did not come within {_LONGEST // 60} minutes") from None
    except httpx.TimeoutException:
        raise BadInput(f"{shown(feed.place)}: does not answer") from None
    except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as wrong:
        said = str(wrong) if isinstance(wrong, httpx.ConnectError) else type(wrong).__name__
        raise BadInput(f"{shown(feed.place)}: cannot be fetched ({said})") from None


async def _follow(client: httpx.AsyncClient, feed: Feed, headers: Mapping[str, str], target: Path) -> Fetched | None:
    url = feed.place
    for _ in range(_REDIRECTS + 1):
        secrets = feed.secrets if _origin(url) == _origin(feed.place) else {}
        async with client.stream("GET", url, headers={**headers, **secrets}) as answer:
            if answer.has_redirect_location:
                url = _onward(url, answer.headers.get("location", ""))
                continue
            if answer.status_code == _NOT_MODIFIED:
                return None
            if answer.status_code != _OK:
                raise BadInput(f"{shown(feed.place)}: answers {answer.status_code} {answer.reason_phrase}".rstrip())
            await _keep(answer, feed, target)
            return Fetched(target, {name: answer.headers[name] for name in _CONDITIONS if name in answer.headers})
    raise BadInput(f"{shown(feed.place)}: leads on more than {_REDIRECTS} times")


async def _keep(answer: httpx.Response, feed: Feed, target: Path) -> None:
    packed = answer.headers.get("content-encoding", "").lower()
    if packed not in _PACKED:
        raise BadInput(f"{shown(feed.place)}: comes as {packed[:40]!r}, though plain bytes were asked for")
    length = answer.headers.get("content-length", "0")
    _check_size(feed, int(length) if length.isdecimal() else 0)
    with target.open("wb") as file:
        async for piece in answer.aiter_raw(_PIECE):
            _check_size(feed, file.tell() + len(piece))
            file.write(piece)


def _check_size(feed: Feed, size: int) -> None:
    if size > _MOST:
        raise BadInput(f"{shown(feed.place)}: is larger than {_MOST:,} bytes, which no feed is")


async def _check_onward(answer: httpx.Response) -> None:
    """Before httpx looks where it leads, and says less."""
    if answer.has_redirect_location:
        _onward(str(answer.request.url), answer.headers.get("location", ""))


def _onward(url: str, location: str) -> str:
    try:
        onward = urljoin(url, location)
        _origin(onward)
    except ValueError:  # a port above 65535, a bracket that is never closed
        address = shown(location if "://" in location else f"{urlsplit(url).scheme}://{location.lstrip('/')}")
        raise BadInput(f"{shown(url)}: leads to {address[:_NAMED]!r}, which is no address that can be") from None
    before, after = urlsplit(url).scheme, urlsplit(onward).scheme
    if after not in ("http", "https") or (before == "https" and after == "http"):
        leads = f"leads from {before} to {after or 'nowhere'}"
        raise BadInput(f"{shown(url)}: {leads}; feeds are fetched by http or https, and stay with https")
    return onward


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or {"http": 80, "https": 443}.get(parts.scheme)
