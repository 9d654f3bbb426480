"""Lines of a text, and never more of them than a row can have."""

from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from gateway.errors import BadInput

_LONGEST = 32 * 2**20  # characters without the end of a row: no product is that long


class Lines(Iterator[str]):
    """The text, line by line; BadInput where there is no end of a row. `since`: characters since the end of the last one."""

    def __init__(self, path: Path, text: TextIO) -> None:
        self._path, self._text = path, text
        self.since = 0

    def __next__(self) -> str:
        """The next line, with its end."""
        told = self._text.readline(_LONGEST + 1)
        if not told:
            raise StopIteration
        self.since += len(told)
        if self.since > _LONGEST:
            raise BadInput(f"{self._path}: {_LONGEST:,} characters without the end of a row; this is no feed")
        return told
