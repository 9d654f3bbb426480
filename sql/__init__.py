"""The door to this folder: migrations, and every query by its name, ready for asyncpg.

>>> from sql import query
>>> query("tenant.read_tenants").parameters
()
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import aiosql
from aiosql.adapters.asyncpg import AsyncPGAdapter

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Query:
    """One named statement; `text` speaks PostgreSQL's own $1, $2, ..."""

    name: str
    doc: str
    text: str
    parameters: tuple[str, ...]

    def arguments(self, given: Mapping[str, object]) -> list[object]:
        """The values of `given` in the order that `text` wants them; names must match exactly."""
        if given.keys() != set(self.parameters):
            raise TypeError(f"{self.name} takes {sorted(self.parameters)}, not {sorted(given)}")
        return [given[name] for name in self.parameters]


@dataclass(frozen=True, slots=True)
class Migration:
    """One forward step of the database's shape."""

    version: str
    text: str

    @property
    def checksum(self) -> str:
        """The SHA-256 of the file, by which an edit after the fact is noticed."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def transactional(self) -> bool:
        """Whether the step runs in a transaction of its own."""
        return not self.text.startswith("-- no transaction")


def query(name: str) -> Query:
    """The query called `file.name`; KeyError where there is none."""
    return queries()[name]


@cache
def queries() -> Mapping[str, Query]:
    """Every query of queries/*.sql, keyed by `file.name`."""
    return {q.name: q for path in sorted(HERE.glob("queries/*.sql")) for q in _read(path)}


def migrations() -> list[Migration]:
    """Every migration, oldest first."""
    return [Migration(p.stem, p.read_text()) for p in sorted(HERE.glob("migrations/*.sql"))]


def ledger() -> str:
    """The statement that makes the table of applied migrations."""
    return (HERE / "ledger.sql").read_text()


def training(name: str) -> str:
    """The text of a DuckDB statement of training/, by its file's name."""
    return (HERE / "training" / f"{name}.sql").read_text()


def importing(name: str) -> str:
    """The text of a DuckDB statement of importing/, by its file's name."""
    return (HERE / "importing" / f"{name}.sql").read_text()


def _read(path: Path) -> list[Query]:
    adapter = AsyncPGAdapter()  # type: ignore[no-untyped-call]
    loaded = aiosql.from_path(path, lambda: adapter)
    names = [n for n in loaded.available_queries if not n.endswith("_cursor")]
    return [
        Query(
            name=f"{path.stem}.{name}",
            doc=(getattr(loaded, name).__doc__ or "").strip(),
            text=getattr(loaded, name).sql,
            parameters=tuple(adapter.var_sorted[name]),
        )
        for name in names
    ]
