"""A feed as it is asked for, looked at before it is kept."""

import re
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

from gateway.domain.catalog import MarketId
from gateway.domain.feed import Feed
from gateway.domain.tenant import Market, TenantId
from gateway.errors import BadInput
from gateway.feeds.lettering import check_encoding

MAX_MINUTES = 44_640  # a month
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")
_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")
_MAX_PLACE = 4_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked for, as it was written."""

    name: str
    place: str
    market: str | None
    every_minutes: int | None
    full: bool
    max_hidden: float
    columns: Mapping[str, str]
    encoding: str | None
    member: str | None


def check_feed(tenant_id: TenantId, markets: Mapping[MarketId, Market], wanted: Wanted, secrets: Mapping[str, str]) -> Feed:
    """The feed; BadInput says what of it cannot be. A user and a password in the URL become a secret."""
    if not _NAME.fullmatch(wanted.name):
        raise BadInput(f"{wanted.name[:64]!r} is no name: lower-case letters, digits, - and _, 63 at most", field="name")
    if wanted.every_minutes is not None and not 1 <= wanted.every_minutes <= MAX_MINUTES:
        raise BadInput(f"--every {wanted.every_minutes}: from 1 minute to {MAX_MINUTES:,}, a month")
    if wanted.market is not None and wanted.market not in markets:
        raise BadInput(f"--market {wanted.market}: {tenant_id} has no such market; it has {', '.join(markets) or 'none'}")
    for name, value in secrets.items():
        if not _HEADER.fullmatch(name) or not value or not value.isprintable() or not value.isascii():
            raise BadInput(f"header {name[:40]!r}: a name of letters and -, and a value of plain characters, are needed")
    place, also = _placed(wanted.place)
    return Feed(
        tenant_id=tenant_id,
        name=wanted.name,
        place=place,
        market_id=MarketId(wanted.market) if wanted.market else None,
        every_minutes=wanted.every_minutes,
        is_full=wanted.full,
        max_hidden=wanted.max_hidden,
        columns=wanted.columns,
        encoding=check_encoding(wanted.encoding) if wanted.encoding else None,
        member=wanted.member,
        secrets={**also, **secrets},
    )


def authorization(user: str, password: str) -> dict[str, str]:
    """The header of Basic authentication."""
    return {"Authorization": "Basic " + b64encode(f"{user}:{password}".encode()).decode()}


def _placed(place: str) -> tuple[str, Mapping[str, str]]:
    """The place, a path as it is from anywhere; and the secrets that a URL had in it."""
    if len(place) > _MAX_PLACE:
        raise BadInput(f"the place may have {_MAX_PLACE:,} characters at most", field="place")
    if "://" not in place:
        return str(Path(place).expanduser().resolve()), {}
    try:
        parts = urlsplit(place)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise BadInput("this is no URL", field="place") from None
    if parts.scheme not in ("http", "https") or not host:
        raise BadInput(f"{parts.scheme[:20]}: feeds are files, or fetched by http or https", field="place")
    user, at, address = parts.netloc.rpartition("@")
    if not at:
        return place, {}
    name, _, password = user.partition(":")
    return urlunsplit((parts.scheme, address, parts.path, parts.query, "")), authorization(unquote(name), unquote(password))
