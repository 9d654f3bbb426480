"""JSON as rows: one object a line, or one document that holds a list of them, read object by object."""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from itertools import islice
from pathlib import Path
from typing import Any, TextIO

import orjson

from gateway.domain.event import Refusal
from gateway.errors import BadInput
from gateway.feeds.amounts import exactly
from gateway.feeds.lines import Lines
from gateway.feeds.rows import Row, Source, Thing, distinct, fault_of_text

_SAMPLE = 1_000  # objects whose keys are the columns
_PIECE = 1 << 20  # characters read at a time
_LONGEST = 32 * 2**20  # characters of one object
_LISTED = re.compile(r'\s*\{\s*"[A-Za-z_]{1,40}"\s*:\s*\[\s*(?=[{\]])')  # {"products": [{…
_SPACE = re.compile(r"[\s,]*")

Opening = Callable[[], AbstractContextManager[TextIO]]
Objects = Callable[[TextIO], Iterator[Thing]]


def json_source(path: Path, start: str, opening: Opening) -> Source:
    """One object a line, an array of objects, or an object whose first key holds such an array."""
    whole = start.lstrip().startswith("[") or (_LISTED.match(start) and not _is_line(start))
    objects: Objects = (lambda text: _document(path, text)) if whole else (lambda text: _each_line(Lines(path, text)))
    with opening() as text:
        sample = [told for _, told in islice(objects(text), _SAMPLE)]
    columns = distinct(path, (key for told in sample if isinstance(told, dict) for key in told))

    def things() -> Iterator[Thing]:
        with opening() as text:
            yield from objects(text)

    def rows() -> Iterator[Row]:
        for line, told in things():
            yield line, told if isinstance(told, Refusal) else as_values(told, columns)

    return Source(path, columns, rows, objects=things)


def as_values(told: Mapping[str, Any], columns: Sequence[str]) -> Sequence[str | None] | Refusal:
    """The object's values as texts; what has parts, as JSON."""
    values = [_as_text(exactly(value) if _is_price(name, value := told.get(name)) else value) for name in columns]
    return fault_of_text("".join([value for value in values if value])) or values


def _is_price(name: str, value: object) -> bool:
    """Whether a number stands in a column of prices: a number is told exactly, of which as a text 1.299 could be either."""
    return isinstance(value, float) and "price" in name.casefold()


def _is_line(start: str) -> bool:
    """Whether the first of several lines is an object of its own: then each is a row, though it begins with a list."""
    first, newline, rest = start.lstrip().partition("\n")
    try:
        told = orjson.loads(first)
    except ValueError:
        return False
    return bool(newline and rest.strip()) or len(told) > 1


def _each_line(lines: Lines) -> Iterator[tuple[int, dict[str, Any] | Refusal]]:
    for line, told in enumerate(lines, 1):
        lines.since = 0
        if not told.strip():
            continue
        try:
            value = orjson.loads(told)
        except ValueError as wrong:  # also bytes that are not UTF-8
            fault = None if told.isascii() else fault_of_text(told)
            yield line, fault or Refusal("row", "NO_JSON", f"is no JSON: {str(wrong).split(':', 1)[0]}")
            continue
        yield line, value if isinstance(value, dict) else Refusal("row", "NO_OBJECT", "is no JSON object")


def _document(path: Path, text: TextIO) -> Iterator[tuple[int, dict[str, Any] | Refusal]]:
    """The objects of the document's list, counted from one."""
    held = _Held(path, text)
    opening = _LISTED.match(held.text) or re.match(r"\s*\[", held.text)
    assert opening is not None
    held.drop(opening.end())
    number = 0
    while (value := held.next()) is not None:
        number += 1
        if isinstance(value, dict):
            yield number, value
        else:
            yield number, Refusal("row", "NO_OBJECT", "is no JSON object")


class _Held:
    """As much of the document as the next value needs."""

    def __init__(self, path: Path, text: TextIO) -> None:
        self._path, self._file = path, text
        self.text = text.read(_PIECE)
        self._decoder = json.JSONDecoder(parse_constant=_refuse_constant)
        self._place = 0

    def drop(self, place: int) -> None:
        """What stands before `place` is done with."""
        self._place = place

    def next(self) -> Any:
        """The next value of the list; null at its end."""
        while True:
            spaces = _SPACE.match(self.text, self._place)
            self._place = spaces.end() if spaces else self._place
            if self.text.startswith("]", self._place):
                return None
            try:
                value, end = self._decoder.raw_decode(self.text, self._place)
            except RecursionError:
                raise BadInput(f"{self._path}: lists within lists without end") from None
            except ValueError as wrong:
                self._more(wrong)
                continue
            if end < len(self.text):  # else a number may go on
                self._place = end
                return value
            self._more(ValueError("the list has no end"))

    def _more(self, wrong: ValueError) -> None:
        waiting = len(self.text) - self._place
        piece = self._file.read(max(_PIECE, waiting))
        if not piece or waiting > _LONGEST:
            said = str(wrong).split(":", 1)[0]
            raise BadInput(f"{self._path}: no JSON document that can be read ({said}); nothing of it was imported")
        self.text = self.text[self._place :] + piece
        self._place = 0


def _refuse_constant(told: str) -> None:
    raise ValueError(f"{told} is no JSON")


def _as_text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return (value.strip() or None) if value else None
    try:
        return orjson.dumps(value).decode()
    except TypeError:  # a number of more than 64 bits, half a surrogate pair
        return json.dumps(value, ensure_ascii=False)
