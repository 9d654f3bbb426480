"""Rows that cannot be used are kept, with the line, the field and the reason, in a file beside the input."""

import contextlib
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any

import orjson

from gateway.domain.event import Refusal

SUFFIX = ".refused.ndjson"
_TYPES = 1000  # unknown types that are counted
_FIRST = 100  # rows that are kept at hand
_MOST_TOLD = 300  # characters of a value of these


class Unusable(Exception):
    """A value of this row cannot be used; the import goes on with the next row."""

    def __init__(self, field: str, code: str, message: str) -> None:
        self.refusal = Refusal(field, code, message)
        super().__init__(message)


class Refusals:
    """Writes refused rows to `<input>.refused.ndjson`, or into the current folder where the input's cannot be written; to no file
    where `keep` is not. The first hundred are at hand.
    """

    def __init__(self, source: Path, *, keep: bool = True) -> None:
        self._source, self._keep = source, keep
        self.first: list[dict[str, Any]] = []
        self._file: IO[bytes] | None = None
        self.path: Path | None = None
        self.count = 0
        self.reasons: Counter[str] = Counter()
        self.types: Counter[str] = Counter()

    def add(self, line: int, refusal: Refusal, row: Mapping[str, str | None] | None = None) -> None:
        """Keeps one row; `line` counts from 1, in a Parquet file it is the row."""
        self.count += 1
        self.reasons[f"{refusal.field}: {refusal.code}"] += 1
        told = {"line": line, "field": refusal.field, "code": refusal.code, "reason": refusal.message}
        if row is not None and refusal.code == "UNKNOWN_TYPE":
            self._note_type(row.get("type") or "")
        if row is not None:
            told["row"] = {name: value for name, value in row.items() if value is not None}
        if len(self.first) < _FIRST:
            self.first.append(_shortened(told))
        if self._keep:
            self._file = self._file or self._open()
            self._file.write(orjson.dumps(told, option=orjson.OPT_APPEND_NEWLINE))

    def close(self) -> None:
        """Leaves a whole file; one of an earlier run is removed where nothing was refused this time."""
        if self._file:
            self._file.close()
        if self._file or not self._keep:
            return
        for place in self._places():
            with contextlib.suppress(OSError):
                place.unlink(missing_ok=True)

    def _note_type(self, told: str) -> None:
        """Counts a type that nobody knows, of the first thousand: a column that is no type at all may say anything."""
        if told in self.types or len(self.types) < _TYPES:
            self.types[told] += 1

    def _open(self) -> IO[bytes]:
        for place in self._places():
            with contextlib.suppress(OSError):
                opened = place.open("wb")
                self.path = place
                return opened
        raise Unusable("file", "NOT_WRITABLE", "neither the input's folder nor the current one can be written")

    def _places(self) -> Iterator[Path]:
        yield self._source.with_name(self._source.name + SUFFIX)
        yield Path.cwd() / (self._source.name + SUFFIX)


def _shortened(told: Mapping[str, Any]) -> dict[str, Any]:
    """What is kept at hand is bounded, whatever a row says."""
    row = told.get("row")
    return {**told, "row": {name: _short(value) for name, value in row.items()}} if row else dict(told)


def _short(value: Any) -> Any:
    return value[:_MOST_TOLD] if isinstance(value, str) else value
