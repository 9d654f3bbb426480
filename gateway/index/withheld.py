"""What some visits did last, kept from the night's learning: by it two releases are compared on what neither was taught."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import orjson

import sql
from gateway.domain.catalog import ProductId
from gateway.index.manifest import BadRelease

_KEPT = 2000  # the newest

_NAME = "withheld.json"


@dataclass(frozen=True, slots=True)
class Withheld:
    """A visit's products, each once, in the order of their first sight, and the one that came last; when it did."""

    prefix: tuple[ProductId, ...]
    target: ProductId
    moment: datetime


def read(folder: Path) -> Sequence[Withheld]:
    """The withheld visits of a release, newest first; none where it is of a time before there were any."""
    try:
        written = orjson.loads((folder / _NAME).read_bytes())
        return [
            Withheld(tuple(map(ProductId, each["prefix"])), ProductId(each["target"]), datetime.fromisoformat(each["moment"]))
            for each in written
        ]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadRelease(f"{folder / _NAME} cannot be read: {error}") from error


def write_withheld(folder: Path, duck: duckdb.DuckDBPyConnection) -> None:
    """Writes what `read` reads, of an open workshop."""
    rows = duck.execute(sql.training("withheld"), {"kept": _KEPT}).fetchall()
    told = [
        {"prefix": prefix, "target": target, "moment": datetime.fromtimestamp(moment, UTC).isoformat()}
        for prefix, target, moment in rows
    ]
    (folder / _NAME).write_bytes(orjson.dumps(told))
