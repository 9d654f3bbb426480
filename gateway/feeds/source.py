"""Opens a file of rows, recognised by its content: CSV, JSON, XML (each also gzipped or zipped) or Parquet."""

import glob
import gzip
import re
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, TextIO, TypeVar

import duckdb
import orjson

import sql
from gateway.errors import BadInput
from gateway.feeds.delimited import csv_source
from gateway.feeds.json_rows import as_values, json_source
from gateway.feeds.lettering import as_text, check_encoding
from gateway.feeds.rows import Row, Source, check_width
from gateway.feeds.unpacking import GZIP, opened
from gateway.feeds.xml_items import xml_source

__all__ = ["OFFLINE", "Row", "Source", "open_source"]

_Read = TypeVar("_Read")

_PARQUET = b"PAR1"
_START = 1_000_000  # characters by which a file is recognised
_YAML = re.compile(r"(?:%YAML|---[ \t]*(?:\r?\n|$)|(?:#[^\n]*\n)*- +[\w-]+ *:)")
OFFLINE: dict[str, str | bool | int | float | list[str]] = {"autoinstall_known_extensions": False}
"""DuckDB's settings: it fetches nothing."""


def open_source(path: Path, encoding: str | None = None, member: str | None = None) -> Source:
    """Looks at the file's first bytes; BadInput says what it is instead. `encoding`: of its text, where that is not UTF-8 and
    nothing in it says so. `member`: the file meant, where a zip archive holds several.
    """
    if not path.exists():
        raise BadInput(f"{path}: there is no such file")
    if path.is_dir():
        raise BadInput(f"{path}: this is a folder; name a file in it")
    if encoding is not None:
        check_encoding(encoding)
    with _saying_what_is_wrong(path, encoding):
        with path.open("rb") as file:
            start = file.read(4)
        if not start:
            raise BadInput(f"{path}: the file is empty")
        suffixes = [s.lower() for s in path.suffixes]
        if start == _PARQUET or suffixes[-1:] in ([".parquet"], [".pq"]):
            return _parquet(path)
        if suffixes[-1:] == [".gz"] and start[:2] != GZIP:
            raise BadInput(f"{path}: the name says gzip, the content is not")
        return _text_source(path, encoding, member)


def _text_source(path: Path, encoding: str | None, member: str | None) -> Source:
    @contextmanager
    def opening() -> Iterator[TextIO]:
        with opened(path, member) as binary:
            text = as_text(binary, encoding)
            try:
                yield text
            finally:
                with suppress(ValueError):
                    text.detach()  # what is below is closed by who opened it

    with opening() as text:
        start = text.read(_START)
    told = start.lstrip()
    if not told:
        raise BadInput(f"{path}: the file is empty")
    if _YAML.match(told):
        raise BadInput(f"{path}: this is YAML; save it as CSV, or as JSON, one object a line")
    if told[0] == "<":
        source = xml_source(path, start, opening)
    elif told[0] in "[{":
        source = json_source(path, start, opening)
    else:
        source = csv_source(path, told, opening)
    things = source.objects
    return replace(
        source,
        rows=lambda: _saying(path, encoding, source.rows),
        objects=(lambda: _saying(path, encoding, things)) if things else None,
    )


def _saying(path: Path, encoding: str | None, reading: Callable[[], Iterator[_Read]]) -> Iterator[_Read]:
    with _saying_what_is_wrong(path, encoding):
        yield from reading()


@contextmanager
def _saying_what_is_wrong(path: Path, encoding: str | None = None) -> Iterator[None]:
    try:
        yield
    except (EOFError, zlib.error, gzip.BadGzipFile) as cut:
        raise BadInput(f"{path}: the compressed file is damaged or cut short ({cut}); nothing of it was imported") from None
    except UnicodeError as wrong:
        says = f"what --encoding {encoding} says" if encoding else "what its byte order mark says, or its XML declaration"
        raise BadInput(f"{path}: the text is not {says} ({wrong}); nothing of it was imported") from None
    except duckdb.Error as wrong:
        raise BadInput(f"{path}: no Parquet file that can be read ({str(wrong).splitlines()[0]})") from None
    except OSError as wrong:
        raise BadInput(f"{path}: {wrong.strerror or wrong}") from None


def _parquet(path: Path) -> Source:
    file = glob.escape(str(path))
    columns = tuple(duckdb.connect(config=OFFLINE).read_parquet(file).columns)
    check_width(path, len(columns))

    def things() -> Iterator[tuple[int, dict[str, Any]]]:
        with _saying_what_is_wrong(path), duckdb.connect(config=OFFLINE) as connection:
            connection.execute(sql.importing("parquet"), {"file": file})
            line = 0
            while batch := connection.fetchmany(2_000):
                for line, (told,) in enumerate(batch, line + 1):  # noqa: B020  (counts on over the batches)
                    yield line, orjson.loads(told)

    def rows() -> Iterator[Row]:
        for line, told in things():
            yield line, as_values(told, columns)

    return Source(path, columns, rows, objects=things)
