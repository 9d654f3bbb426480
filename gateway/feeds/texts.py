"""Ids, titles, addresses and times, read from text and kept harmless."""

import re
from datetime import UTC, datetime
from typing import Any

import orjson

from gateway.domain import harmless
from gateway.domain.event import Refusal
from gateway.feeds.amounts import check_length
from gateway.feeds.refusals import Unusable

_BEGINNING = re.compile(
    r"(?<=[|;,\s])(?=https?:|/)", re.IGNORECASE
)  # of a URL; no blanks are counted, of which there may be many


def identifier(told: str | None, field: str) -> str | None:
    """An id as it stands; Unusable where it cannot be."""
    return _usable(harmless.identifier(told, field)) if told else None


def one_line(told: str | None, field: str, longest: int = harmless.MAX_TITLE) -> str | None:
    """A title or a name; null where nothing is left of it."""
    return _usable(harmless.one_line(told, field, longest)) if told else None


def prose(told: str | None, field: str) -> str | None:
    """A description as plain text, its paragraphs kept."""
    return _usable(harmless.prose(told, field)) if told else None


def addresses(told: str) -> list[str]:
    """Several URLs in one text, between commas, bars or spaces."""
    *before, last = _BEGINNING.split(told.strip())
    return [piece for piece in (*map(_without_mark, before), last) if piece]


def moment(told: str, field: str) -> datetime:
    """An ISO 8601 time, UTC where it says nothing else."""
    check_length(told, field)
    try:
        time = datetime.fromisoformat(told)
    except ValueError:
        raise Unusable(field, "NO_TIME", f"{told[:40]!r} is no ISO 8601 time") from None
    try:
        return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    except OverflowError:
        raise Unusable(
            field, "OUT_OF_RANGE", f"{told!r} is in UTC before the year 1 or after 9999, which no calendar has"
        ) from None


def json_of(told: str, name: str, wanted: type[list[Any]] | type[dict[str, Any]]) -> Any:
    """A JSON list or object in a text; Unusable where it is neither."""
    try:
        value = orjson.loads(told)
    except ValueError:
        value = None
    if not isinstance(value, wanted):
        raise Unusable(name, "NO_JSON", f"{told[:40]!r} is no JSON {'list' if wanted is list else 'object'}")
    return value


def _without_mark(piece: str) -> str:
    """A piece without the comma, bar or semicolon that ends it, and the blanks around that."""
    piece = piece.rstrip()
    return piece[:-1].rstrip() if piece.endswith(("|", ";", ",")) else piece


def _usable(read: str | Refusal | None) -> str | None:
    """What was read, where it is no refusal."""
    if isinstance(read, Refusal):
        raise Unusable(read.field, read.code, read.message)
    return read
