"""Events a second over each face, beside what PostgreSQL alone does with the same rows over one connection."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median
from time import perf_counter
from typing import TypeAlias

import asyncpg

from gateway.store.database import speak_json
from tests.benchmarks.load import Figures, load
from tests.benchmarks.telling import ROW, Visitors

_ROUNDS = 5
_BATCH = 100
_AT_ONCE = 16  # connections that send batches
_ALONE = 64  # connections that send one event a request
_SECONDS = 2.0
_ROWS = 20_000  # of a COPY
_INSERTS = 1_000
_GOALS = "on an idle machine: 20,000 events/s in batches, 3,000 one by one, p99 50 ms"
_FLUSH = 2_000  # microseconds that a flush of the log takes longer, in the rounds that are gated

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"


@dataclass(frozen=True, slots=True)
class Share:
    """How much of what PostgreSQL alone does the gateway does, and how much it must at least."""

    name: str
    figure: float
    least: float

    @property
    def holds(self) -> bool:
        return self.figure >= self.least

    def __str__(self) -> str:
        return f"  {self.name}: {self.figure:.2f} ({'at least' if self.holds else 'MISSED:'} {self.least:g})"


@dataclass(frozen=True, slots=True)
class Round:
    """One turn of everything, minutes apart from no other: what else the machine does falls on all alike."""

    copy: float
    copy_whole: float
    insert: float
    batches: Figures
    singles: Figures
    graphql_batches: Figures
    graphql_singles: Figures


def measure(url: str, port: int) -> Iterator[str | Share]:
    """The lines of the report, the gates among them.

    A disk that keeps what it says is kept takes a millisecond or more to flush, and so do the network disks of clouds; one with a
    memory of its own takes a tenth of that, and hides what writing together is for. So both are measured, and the first is gated.
    """
    yield "events: acknowledged after the commit, rows as COPY and INSERT alone write them into the same table; medians of rounds"
    yield f"  goals {_GOALS}"
    yield "  on this disk"
    yield from _report(asyncio.run(_rounds(url, port, flush=0)))
    slow = asyncio.run(_rounds(url, port, flush=_FLUSH))
    yield f"  where a flush takes {_FLUSH / 1000:g} ms longer (commit_delay)"
    yield from _report(slow)
    yield Share(
        "REST batches of 100 / COPY of 100 rows a transaction", median(r.batches.rate * _BATCH / r.copy for r in slow), 0.4
    )
    yield Share("REST one a request / INSERT and commit", median(r.singles.rate / r.insert for r in slow), 5)


def _report(rounds: Sequence[Round]) -> Iterator[str]:
    yield _told("REST, batches of 100, 16 connections", [r.batches for r in rounds], _BATCH)
    yield _told("REST, one a request, 64 connections", [r.singles for r in rounds])
    yield _told("GraphQL, batches of 100, 16 connections", [r.graphql_batches for r in rounds], _BATCH)
    yield _told("GraphQL, one a request, 64 connections", [r.graphql_singles for r in rounds])
    yield f"    COPY alone, one connection, 100 rows a transaction: {median(r.copy for r in rounds):,.0f} rows/s"
    yield f"    COPY alone, one connection, {_ROWS:,} rows in one transaction: {median(r.copy_whole for r in rounds):,.0f} rows/s"
    yield f"    INSERT and commit, one connection: {median(r.insert for r in rounds):,.0f} rows/s"
    batches, singles = (
        median(r.batches.rate * _BATCH / r.copy for r in rounds),
        median(r.singles.rate / r.insert for r in rounds),
    )
    yield f"    batches / COPY of 100 rows: {batches:.2f}; one a request / INSERT and commit: {singles:.2f}"


async def _rounds(url: str, port: int, *, flush: int) -> list[Round]:
    visitors = Visitors()
    connection = await asyncpg.connect(url)
    await speak_json(connection)
    for setting, value in (("commit_delay", flush), ("commit_siblings", 0)):
        await connection.execute(f"alter system set {setting} = {value}")
    await connection.execute("select pg_reload_conf()")
    await _load(port, visitors.over_rest(200, 10), 4, 0.5)  # what a server makes once
    rounds = [await _round(connection, port, visitors) for _ in range(_ROUNDS)]
    await connection.close()
    return rounds


async def _round(connection: Connection, port: int, visitors: Visitors) -> Round:
    return Round(
        copy=await _rate(lambda rows: _copy(connection, rows, _BATCH), visitors.rows(_ROWS)),
        batches=await _load(port, visitors.over_rest(1_000, _BATCH), _AT_ONCE),
        copy_whole=await _rate(lambda rows: _copy(connection, rows, _ROWS), visitors.rows(_ROWS)),
        singles=await _load(port, visitors.over_rest(12_000, 1), _ALONE),
        insert=await _rate(lambda rows: _insert(connection, rows), visitors.rows(_INSERTS)),
        graphql_batches=await _load(port, visitors.over_graphql(500, _BATCH), _AT_ONCE),
        graphql_singles=await _load(port, visitors.over_graphql(6_000, 1), _ALONE),
    )


async def _load(port: int, requests: Sequence[bytes], connections: int, seconds: float = _SECONDS) -> Figures:
    """Requests are made beforehand, more than can be sent: who asks must not be what is measured."""
    return await load("127.0.0.1", port, iter(requests), connections=connections, seconds=seconds)


async def _rate(write: Callable[[Sequence[tuple[object, ...]]], Awaitable[None]], rows: Sequence[tuple[object, ...]]) -> float:
    started = perf_counter()
    await write(rows)
    return len(rows) / (perf_counter() - started)


async def _copy(connection: Connection, rows: Sequence[tuple[object, ...]], together: int) -> None:
    for first in range(0, len(rows), together):
        await connection.copy_records_to_table("event", records=rows[first : first + together], columns=ROW)


async def _insert(connection: Connection, rows: Sequence[tuple[object, ...]]) -> None:
    places = ", ".join(f"${place}" for place in range(1, len(ROW) + 1))
    insert = await connection.prepare(f"insert into event ({', '.join(ROW)}) values ({places})")
    for row in rows:
        await insert.fetch(*row)


def _told(name: str, rounds: Sequence[Figures], each: int = 1) -> str:
    rate, p99 = median(r.rate for r in rounds) * each, median(r.p99 for r in rounds)
    return f"    {name}: {rate:,.0f} events/s, p99 {p99:.1f} ms, {sum(r.errors for r in rounds)} errors"
