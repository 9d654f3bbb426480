"""A file as rows: every value a text, every row with its line."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gateway.domain.event import Refusal

Row = tuple[int, Sequence[str | None] | Refusal]  # the line it begins on, and its values in the order of the columns
Thing = tuple[int, dict[str, Any] | Refusal]  # the line, and the object that stands there


@dataclass(frozen=True, slots=True)
class Source:
    """A file that can be read: its columns, and its rows as often as one asks."""

    path: Path
    columns: tuple[str, ...]
    rows: Callable[[], Iterator[Row]]
    vocabulary: str = ""
    """Whose words the columns are, where the file itself says so: an XML file's."""
    objects: Callable[[], Iterator[Thing]] | None = None
    """The rows as the objects they are, with all that is in them; where they are objects."""


def fault_of_text(text: str) -> Refusal | None:
    """What keeps a text out of the database, if anything does."""
    if "\0" in text:
        return Refusal("row", "NUL", "holds a NUL character")
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError as wrong:
            byte = ord(text[wrong.start]) & 0xFF
            return Refusal(
                "row", "NOT_UTF8", f"byte 0x{byte:02x} is not UTF-8; save the file as UTF-8, or name what it is with --encoding"
            )
    return None
