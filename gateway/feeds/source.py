"""Opens a file of rows, CSV, NDJSON (both also gzipped) or Parquet: every value a text, every row with its line."""

import codecs
import csv
import glob
import gzip
import io
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, TextIO

import duckdb
import orjson

import sql
from gateway.domain.event import Refusal
from gateway.errors import BadInput

Row = tuple[int, Sequence[str | None] | Refusal]  # the line it begins on, and its values in the order of the columns

_GZIP, _PARQUET, _ZIP = b"\x1f\x8b", b"PAR1", b"PK\x03\x04"
_MARKS = {  # byte order marks; the longer ones first
    codecs.BOM_UTF32_LE: "utf-32", codecs.BOM_UTF32_BE: "utf-32", codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}  # fmt: skip
_LONGEST_FIELD = 4_000_000  # characters; a quote that is never closed is noticed there
_SAMPLE = 1_000  # rows of NDJSON whose keys are its columns
OFFLINE: dict[str, str | bool | int | float | list[str]] = {"autoinstall_known_extensions": False}
"""DuckDB's settings: it fetches nothing."""

csv.field_size_limit(_LONGEST_FIELD)


@dataclass(frozen=True, slots=True)
class Source:
    """A file that can be read: its columns, and its rows as often as one asks."""

    path: Path
    columns: tuple[str, ...]
    rows: Callable[[], Iterator[Row]]


def open_source(path: Path) -> Source:
    """Looks at the file's first bytes; BadInput says what it is instead."""
    if not path.exists():
        raise BadInput(f"{path}: there is no such file")
    if path.is_dir():
        raise BadInput(f"{path}: this is a folder; name a file in it")
    with _saying_what_is_wrong(path):
        with path.open("rb") as file:
            start = file.read(4)
        if not start:
            raise BadInput(f"{path}: the file is empty")
        if start == _ZIP:
            raise BadInput(f"{path}: this is a zip or Excel file; save it as CSV")
        suffixes = [s.lower() for s in path.suffixes]
        if start == _PARQUET or suffixes[-1:] in ([".parquet"], [".pq"]):
            return _parquet(path)
        if suffixes[-1:] == [".gz"] and start[:2] != _GZIP:
            raise BadInput(f"{path}: the name says gzip, the content is not")
        return _text_source(path)


def _text_source(path: Path) -> Source:
    with _open_text(path) as text:
        first = text.read(1_000_000).lstrip()
    if not first:
        raise BadInput(f"{path}: the file is empty")
    if first[0] == "[":
        raise BadInput(f"{path}: this is one JSON array; write one object a line (jq -c '.[]')")
    return _ndjson(path) if first[0] == "{" else _csv(path, first)


@contextmanager
def _open_text(path: Path) -> Iterator[TextIO]:
    """The file's text; bytes that are not UTF-8 come as lone surrogates, so that their line can be refused."""
    with path.open("rb") as file:
        zipped = file.read(2) == _GZIP
    with gzip.open(path, "rb") if zipped else path.open("rb") as opened:
        binary = io.BufferedReader(opened)
        encoding = next((name for mark, name in _MARKS.items() if binary.peek(4).startswith(mark)), "utf-8")
        errors = "surrogateescape" if encoding.startswith("utf-8") else "strict"
        yield io.TextIOWrapper(binary, encoding, errors, newline="")


@contextmanager
def _saying_what_is_wrong(path: Path) -> Iterator[None]:
    try:
        yield
    except (EOFError, zlib.error, gzip.BadGzipFile) as cut:
        raise BadInput(f"{path}: the compressed file is damaged or cut short ({cut}); nothing of it was imported") from None
    except UnicodeError as wrong:
        raise BadInput(f"{path}: the text is not what its byte order mark says ({wrong})") from None
    except duckdb.Error as wrong:
        raise BadInput(f"{path}: no Parquet file that can be read ({str(wrong).splitlines()[0]})") from None
    except OSError as wrong:
        raise BadInput(f"{path}: {wrong.strerror or wrong}") from None


def _csv(path: Path, start: str) -> Source:
    header = start.splitlines()[0]
    delimiter = max(",;\t|", key=lambda mark: (header.count(mark), mark == ","))
    with _open_text(path) as text:
        names = next(csv.reader(text, delimiter=delimiter, skipinitialspace=True))
    columns = tuple(name.strip() for name in names)
    if fault := _fault_of_text("".join(columns)):
        raise BadInput(f"{path}: line 1: {fault.message}")

    def rows() -> Iterator[Row]:
        with _saying_what_is_wrong(path), _open_text(path) as text:
            yield from _csv_rows(csv.reader(text, delimiter=delimiter, skipinitialspace=True), len(columns))

    return Source(path, columns, rows)


def _csv_rows(reader: Any, width: int) -> Iterator[Row]:
    next(reader)
    while True:
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
        if fault := _fault_of_text(text) or _fault_of_width(values, width):
            yield line, fault
        else:
            yield line, [value.strip() or None for value in values[:width]]


def _fault_of_text(text: str) -> Refusal | None:
    if "\0" in text:
        return Refusal("row", "NUL", "holds a NUL character")
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError as wrong:
            byte = ord(text[wrong.start]) & 0xFF
            return Refusal("row", "NOT_UTF8", f"byte 0x{byte:02x} is not UTF-8; save the file as UTF-8")
    return None


def _fault_of_width(values: Sequence[str], width: int) -> Refusal | None:
    if len(values) < width:
        return Refusal("row", "TOO_FEW_VALUES", f"has {len(values)} values where the header has {width}")
    if any(value.strip() for value in values[width:]):
        return Refusal("row", "TOO_MANY_VALUES", f"has {len(values)} values where the header has {width}")
    return None


def _ndjson(path: Path) -> Source:
    with _open_text(path) as text:
        sample = [told for _, told in islice(_objects(text), _SAMPLE)]
    columns = tuple(dict.fromkeys(key for told in sample if isinstance(told, dict) for key in told))

    def rows() -> Iterator[Row]:
        with _saying_what_is_wrong(path), _open_text(path) as text:
            for line, told in _objects(text):
                if isinstance(told, Refusal):
                    yield line, told
                else:
                    yield line, _values(told, columns)

    return Source(path, columns, rows)


def _objects(text: TextIO) -> Iterator[tuple[int, dict[str, Any] | Refusal]]:
    for line, told in enumerate(text, 1):
        if not told.strip():
            continue
        try:
            value = orjson.loads(told)
        except ValueError as wrong:  # also bytes that are not UTF-8
            yield line, Refusal("row", "NO_JSON", f"is no JSON: {str(wrong).split(':', 1)[0]}")
            continue
        yield line, value if isinstance(value, dict) else Refusal("row", "NO_OBJECT", "is no JSON object")


def _values(told: Mapping[str, Any], columns: Sequence[str]) -> Sequence[str | None] | Refusal:
    values = [_as_text(told.get(name)) for name in columns]
    return _fault_of_text("".join([value for value in values if value])) or values


def _as_text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return (value.strip() or None) if value else None
    return orjson.dumps(value).decode()


def _parquet(path: Path) -> Source:
    file = glob.escape(str(path))
    columns = tuple(duckdb.connect(config=OFFLINE).read_parquet(file).columns)

    def rows() -> Iterator[Row]:
        with _saying_what_is_wrong(path), duckdb.connect(config=OFFLINE) as connection:
            connection.execute(sql.importing("parquet"), {"file": file})
            line = 0
            while batch := connection.fetchmany(2_000):
                for line, (told,) in enumerate(batch, line + 1):  # noqa: B020  (counts on over the batches)
                    yield line, _values(orjson.loads(told), columns)

    return Source(path, columns, rows)
