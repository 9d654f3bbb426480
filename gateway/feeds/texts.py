"""Ids, titles, addresses and times, read from text and kept harmless."""

import re
from datetime import UTC, datetime
from typing import Any

import orjson

from gateway.domain.event import MAX_ID
from gateway.feeds.plain_text import plain_text
from gateway.feeds.refusals import Unusable

MAX_TITLE = 1_000
MAX_TEXT = 100_000
_ADDRESS = re.compile(r"(https?://[^\s/?#\\]+|/(?![/\\]))\S*", re.IGNORECASE)
_BETWEEN = re.compile(r"\s*[|;,\s]\s*(?=https?:|/)", re.IGNORECASE)


def identifier(told: str | None, field: str) -> str | None:
    """An id as it stands; Unusable where it is too long."""
    if told and len(told) > MAX_ID:
        raise Unusable(field, "TOO_LONG", f"may have {MAX_ID} characters at most")
    return told


def one_line(told: str | None, field: str, longest: int = MAX_TITLE) -> str | None:
    """A title or a name: no marks, no line breaks; null where nothing is left."""
    text = " ".join(plain_text(told).split()) if told else ""
    if len(text) > longest:
        raise Unusable(field, "TOO_LONG", f"may have {longest} characters at most")
    return text or None


def prose(told: str | None, field: str) -> str | None:
    """A description as plain text, its paragraphs kept."""
    text = plain_text(told) if told else ""
    if len(text) > MAX_TEXT:
        raise Unusable(field, "TOO_LONG", f"may have {MAX_TEXT} characters at most")
    return text or None


def address(told: str) -> str | None:
    """An http(s) URL, or a path on the shop's own host; null for anything else (`javascript:`, `data:`)."""
    text = told.strip().replace(" ", "%20")
    text = f"https:{text}" if text.startswith("//") else text
    return text if _ADDRESS.fullmatch(text) else None


def addresses(told: str) -> list[str]:
    """Several URLs in one text, between commas, bars or spaces."""
    return [piece for piece in _BETWEEN.split(told.strip()) if piece]


def moment(told: str, field: str) -> datetime:
    """An ISO 8601 time, UTC where it says nothing else."""
    try:
        time = datetime.fromisoformat(told)
    except ValueError:
        raise Unusable(field, "NO_TIME", f"{told[:40]!r} is no ISO 8601 time") from None
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)


def json_of(told: str, name: str, wanted: type[list[Any]] | type[dict[str, Any]]) -> Any:
    """A JSON list or object in a text; Unusable where it is neither."""
    try:
        value = orjson.loads(told)
    except ValueError:
        value = None
    if not isinstance(value, wanted):
        raise Unusable(name, "NO_JSON", f"{told[:40]!r} is no JSON {'list' if wanted is list else 'object'}")
    return value
