"""Rows between commas, semicolons, tabs or bars."""

import csv
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, TextIO

from gateway.domain.event import Refusal
from gateway.errors import BadInput
from gateway.feeds.lines import Lines
from gateway.feeds.rows import Row, Source, check_width, fault_of_text

_MARKS = ",;\t|"
_LONGEST_FIELD = 4_000_000  # characters; a quote that is never closed is noticed there
_EXPLAINED = re.compile(r'"?\s*#\s*(required|optional)\b', re.IGNORECASE)  # the first row of Meta's template

csv.field_size_limit(_LONGEST_FIELD)

Opening = Callable[[], AbstractContextManager[TextIO]]


def csv_source(path: Path, start: str, opening: Opening) -> Source:
    """The rows under a header; a first row of comments (`# Required | …`) is passed over. `start`: of the file's text."""
    explained = _EXPLAINED.match(start) is not None
    delimiter = _comments_delimiter(start) if explained else _delimiter(start.splitlines()[0])

    def reading(lines: Lines) -> Any:
        reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=True)
        if explained:
            next(reader)
        return reader

    with opening() as text:
        names: list[str] = next(reading(Lines(path, text)), [])
    check_width(path, len(names))
    columns = tuple(name.strip() for name in names)
    if fault := fault_of_text("".join(columns)):
        raise BadInput(f"{path}: line 1: {fault.message}")

    def rows() -> Iterator[Row]:
        with opening() as text:
            lines = Lines(path, text)
            yield from _rows(lines, reading(lines), len(columns))

    return Source(path, columns, rows)


def _delimiter(header: str) -> str:
    return max(_MARKS, key=lambda mark: (header.count(mark), mark == ","))


def _comments_delimiter(start: str) -> str:
    """The mark that leaves the most comments, each beginning with #."""

    def comments(mark: str) -> int:
        row = next(csv.reader(start.splitlines(keepends=True), delimiter=mark), [])
        return sum(cell.strip().startswith("#") for cell in row)

    return max(_MARKS, key=lambda mark: (comments(mark), mark == ","))


def _rows(lines: Lines, reader: Any, width: int) -> Iterator[Row]:
    next(reader)
    while True:
        lines.since = 0
        line = reader.line_num + 1
        try:
            values = next(reader)
        except StopIteration:
            return
        except csv.Error as wrong:
            yield line, Refusal("row", "NO_CSV", f"{wrong}; is a quote never closed?")
            continue
        text = "".join(values)
        if not text.strip():
            continue
        if fault := fault_of_text(text) or _fault_of_width(values, width):
            yield line, fault
        else:
            yield line, [value.strip() or None for value in values[:width]]


def _fault_of_width(values: Sequence[str], width: int) -> Refusal | None:
    if len(values) < width:
        return Refusal("row", "TOO_FEW_VALUES", f"has {len(values)} values where the header has {width}")
    if any(value.strip() for value in values[width:]):
        return Refusal("row", "TOO_MANY_VALUES", f"has {len(values)} values where the header has {width}")
    return None
