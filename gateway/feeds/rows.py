"""A file as rows: every value a text, every row with its line."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gateway.domain.event import Refusal
from gateway.errors import BadInput

_MOST = 3_000  # columns

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


def distinct(path: Path, names: Iterable[str]) -> tuple[str, ...]:
    """The names of columns, each once; BadInput as soon as there are too many."""
    found: dict[str, None] = {}
    for name in names:
        found[name] = None
        check_width(path, len(found))
    return tuple(found)


def check_width(path: Path, columns: int) -> None:
    """BadInput where the rows are wider than any feed's: every row is as wide as all names together."""
    if columns > _MOST:
        raise BadInput(
            f"{path}: has more than {_MOST:,} different names of columns; names that differ from product to product belong "
            "into one column, such as attributes: an object of names and values"
        )


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
