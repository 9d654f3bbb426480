"""Others' texts and addresses as they may be kept and shown: plain, of bounded length, leading to a page and nowhere else."""

import re

from gateway.domain.event import MAX_ID, Refusal
from gateway.domain.plain_text import plain_text

MAX_TITLE = 1_000
MAX_WORD = 256  # a brand, a genre, a kind: what an index holds whole, in any script
MAX_TEXT = 100_000
MAX_ADDRESS = 2_048
_ADDRESS = re.compile(r"(https?://[^\s/?#\\]+|/(?![/\\]))\S*", re.IGNORECASE)
_UNKEPT = re.compile("[\0\ud800-\udfff]")


def identifier(told: str, field: str) -> str | Refusal | None:
    """An id as it stands; null where it is empty: an empty id is no id."""
    return _fault(told, field, MAX_ID) or told or None


def one_line(told: str, field: str, longest: int = MAX_TITLE) -> str | Refusal | None:
    """A title or a name: no marks, no line breaks; null where nothing is left."""
    text = " ".join(plain_text(told).split())
    return _fault(text, field, longest) or text or None


def prose(told: str, field: str) -> str | Refusal | None:
    """A description as plain text, its paragraphs kept; null where nothing is left."""
    text = plain_text(told)
    return _fault(text, field, MAX_TEXT) or text or None


def address(told: str) -> str | None:
    """An http(s) URL, or a path on the shop's own host; null for anything else (`javascript:`, `data:`)."""
    text = told.strip().replace(" ", "%20")
    text = f"https:{text}" if text.startswith("//") else text
    return text if _ADDRESS.fullmatch(text) and not _UNKEPT.search(text) else None


def page(told: str, field: str) -> str | Refusal | None:
    """An address that a visitor or a picture's reader is led to; null where none is told."""
    if not told.strip():
        return None
    found = address(told)
    if found is None:
        return Refusal(field, "BAD_URL", "must begin with https:// or http://, or be a path that begins with /")
    return _fault(found, field, MAX_ADDRESS) or found


def _fault(text: str, field: str, longest: int) -> Refusal | None:
    if len(text) > longest:
        return Refusal(field, "TOO_LONG", f"may have {longest:,} characters at most")
    if _UNKEPT.search(text):
        return Refusal(field, "BAD_TEXT", "must not contain NUL characters, nor half of a surrogate pair")
    return None
