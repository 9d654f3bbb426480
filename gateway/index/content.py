"""What each product's words say it resembles. What was read on one night is remembered on the next."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import duckdb
import numpy as np
import sklearn
from numpy.typing import NDArray

import sql
from gateway.index.manifest import flush
from gateway.index.nearest import Nearest, find_nearest
from gateway.index.neighbours import Vectors
from gateway.index.reader import DIMENSIONS, Reader

_NAME = "content.npz"
_FRESH = "content.new.npz"
_LEARNT_FROM = 20_000  # products whose words are learnt; the others are read with what was learnt
_CHUNK = 10_000
_DRIFT = 0.2  # of the products: when more of them speak anew since the reader was taught, it is taught anew
_KIN = 60  # of whom those that cost as much and are met will lend
_VERSIONS = f"2 {duckdb.__version__} {sklearn.__version__}"

_Numbers = NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Content:
    """`vectors` [products, 128]: of length 1, zero where a product has no words. `kin`: the sixty that read most alike."""

    vectors: Vectors
    kin: Nearest


@dataclass(frozen=True, slots=True)
class _Memory:
    """What products said and how it was read, by row of the catalog then; `since`: products read since the reader was taught."""

    number: _Numbers
    said: _Numbers
    content: Content
    since: int
    reader: Reader


def read_content(duck: duckdb.DuckDBPyConnection, kept: Path | None) -> Content:
    """Reads the words that are new or have changed. `kept`: the folder in which it is remembered, null for nowhere."""
    duck.execute(sql.training("words"))
    found = duck.execute(sql.training("said")).fetchnumpy()
    number, said = found["number"], found["said"]
    memory = _remembered(kept) if kept else None
    if memory and np.array_equal(memory.number, number) and np.array_equal(memory.said, said):
        return memory.content
    known, places = _known(memory, number, said)
    fresh = np.flatnonzero(~known)
    reader, since = (memory.reader, memory.since + len(fresh)) if memory else (None, 0)
    if memory is None or since > _DRIFT * len(memory.number):
        step = max(1, -(-len(number) // _LEARNT_FROM))
        reader = Reader.taught([words for (words,) in duck.execute(sql.training("sample_words"), {"step": step}).fetchall()])
        known, fresh, since = np.zeros(len(number), np.bool_), np.arange(len(number)), 0
    vectors = np.zeros((len(number), DIMENSIONS), np.float32)
    if reader:
        if memory:
            vectors[known] = memory.content.vectors[places[known]]
        for rows, words in _worded(duck, fresh):
            vectors[rows] = reader.read(words)
    content = Content(vectors, find_nearest(vectors, _KIN))
    if reader and kept:
        _remember(kept, _Memory(number, said, content, since, reader))
    return content


def _known(memory: _Memory | None, number: _Numbers, said: _Numbers) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """Whether each product says what it said, and its row in memory."""
    if memory is None or not len(memory.number):
        return np.zeros(len(number), np.bool_), np.zeros(len(number), np.int64)
    order = np.argsort(memory.number)
    places = order[np.minimum(np.searchsorted(memory.number[order], number), len(order) - 1)]
    return (memory.number[places] == number) & (memory.said[places] == said), places


def _worded(duck: duckdb.DuckDBPyConnection, rows: NDArray[np.int64]) -> Iterator[tuple[NDArray[np.int64], list[str]]]:
    """The words of some products, a chunk at a time."""
    for first in range(0, len(rows), _CHUNK):
        chunk = rows[first : first + _CHUNK]
        duck.register("wanted", {"row": chunk})
        yield chunk, [words for (words,) in duck.execute(sql.training("wanted_words")).fetchall()]
        duck.unregister("wanted")


def _remembered(kept: Path) -> _Memory | None:
    """What was remembered; null where that is nothing, or what another version left."""
    try:
        with (kept / _NAME).open("rb") as file, np.load(file) as written:
            told: dict[str, NDArray[Any]] = dict(written)
        if told["versions"].item() != _VERSIONS:
            return None
        content = Content(told["vectors"], Nearest(told["kin"], told["cosines"]))
        return _Memory(told["number"], told["said"], content, int(told["since"]), Reader.of(told))
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):
        return None


def _remember(kept: Path, memory: _Memory) -> None:
    content = memory.content
    np.savez(
        kept / _FRESH,
        versions=np.array(_VERSIONS),
        number=memory.number,
        said=memory.said,
        vectors=content.vectors,
        kin=content.kin.rows,
        cosines=content.kin.cosines,
        since=np.array(memory.since),
        **memory.reader.written(),
    )
    flush(kept / _FRESH)
    (kept / _FRESH).rename(kept / _NAME)
