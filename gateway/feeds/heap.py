"""What the rows of a file say, in a file of its own: found again by place, so that only the places need to be sorted."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from gateway.errors import BadInput
from gateway.feeds.unpacking import MOST


class Heap:
    """Takes texts to its end, and gives them back from wherever they lie."""

    def __init__(self, file: BinaryIO, of: Path) -> None:
        self._file, self._of = file, of
        self._end = 0

    def add(self, told: bytes) -> tuple[int, int]:
        """Where it lies, and how long it is; BadInput where the file says more than any feed (a few bytes of Parquet can)."""
        place = self._end
        self._end += len(told)
        if self._end > MOST:
            raise BadInput(f"{self._of}: its rows are more than {MOST:,} bytes, which no feed is; nothing of it was imported")
        self._file.write(told)
        return place, len(told)

    def at(self, place: int, size: int) -> bytes:
        """What lies there."""
        if self._file.tell() != place:  # mostly rows come in the order in which they were laid down
            self._file.seek(place)
        return self._file.read(size)


@contextmanager
def heap_at(path: Path, of: Path) -> Iterator[Heap]:
    """A heap in a file that was not there; `of`: the file whose rows they are."""
    with path.open("w+b", buffering=1 << 17) as file:
        yield Heap(file, of)
