"""Named queries over one asyncpg pool."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Any, TypeAlias

import asyncpg
import orjson

import sql
from gateway.errors import Unavailable

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record] | asyncpg.pool.PoolConnectionProxy[asyncpg.Record]"

_LOST = (
    OSError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # the driver, on a connection that broke in the middle of an answer
    asyncpg.OperatorInterventionError,  # shutdown, crash, cancelled
    asyncpg.InsufficientResourcesError,  # disk full, out of memory, too many connections
    asyncpg.ReadOnlySQLTransactionError,  # a standby, until it is promoted
    asyncpg.LockNotAvailableError,
)
"""What may be well again when it is tried once more."""


class Contended(Unavailable):
    """Another transaction had to go first; try again."""


class Session:
    """One connection, inside a transaction where `Database.transaction` gave it; without, each query is committed by itself."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    async def fetch(self, name: str, /, **given: object) -> list[asyncpg.Record]:
        """The rows of the query `file.name`."""
        query = sql.query(name)
        with _saying_unavailable():
            return await self.connection.fetch(query.text, *query.arguments(given))

    async def execute(self, name: str, /, **given: object) -> str:
        """Runs the query; PostgreSQL's own word on what it did."""
        query = sql.query(name)
        with _saying_unavailable():
            return await self.connection.execute(query.text, *query.arguments(given))

    async def copy(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        """COPY rows into a table of this connection."""
        with _saying_unavailable():
            await self.connection.copy_records_to_table(table, records=rows, columns=columns)


class Database:
    """Runs the queries of sql/queries: `await db.fetch("tenant.read_tenants")`."""

    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]") -> None:
        self._pool = pool

    @property
    def pool(self) -> "asyncpg.Pool[asyncpg.Record]":
        """The pool itself, for LISTEN and for measuring."""
        return self._pool

    async def fetch(self, name: str, /, **given: object) -> list[asyncpg.Record]:
        """The rows of the query `file.name`; Unavailable where the database is lost."""
        return await self.fetch_within(None, name, **given)

    async def fetch_within(self, seconds: float | None, name: str, /, **given: object) -> list[asyncpg.Record]:
        """The same; Unavailable too where `seconds` have passed, the wait for a connection included."""
        query = sql.query(name)
        with _saying_unavailable():
            async with self._pool.acquire(timeout=seconds) as connection:
                return await connection.fetch(query.text, *query.arguments(given), timeout=seconds)

    async def fetch_one(self, name: str, /, **given: object) -> asyncpg.Record | None:
        """The first row, or null."""
        rows = await self.fetch(name, **given)
        return rows[0] if rows else None

    async def execute(self, name: str, /, **given: object) -> None:
        """Runs the query in a transaction of its own."""
        await self.fetch(name, **given)

    @asynccontextmanager
    async def transaction(self, within: float | None = None) -> AsyncIterator[Session]:
        """Everything inside is committed together, or nothing is. Unavailable where `within` so many seconds there is no
        connection, or not all is done: whether it was committed is not known then.
        """
        async with self.session(within) as session, session.connection.transaction():
            yield session

    @asynccontextmanager
    async def session(self, within: float | None = None) -> AsyncIterator[Session]:
        """The same without a transaction around it."""
        with _saying_unavailable():
            async with self._pool.acquire(timeout=within) as connection:
                with _ended_after(connection, within):
                    yield Session(connection)

    @asynccontextmanager
    async def alone(self, key: int) -> AsyncIterator[bool]:
        """Whether nobody else on this database holds the key; then nobody does until this ends, or its connection dies."""
        async with self._pool.acquire() as connection:
            with _broken_off_where_cut_short(connection):
                (row,) = await Session(connection).fetch("lock.take", key=key)
            try:
                yield row["taken"]
            finally:
                if row["taken"]:
                    with suppress(Unavailable), _broken_off_where_cut_short(connection):  # with its connection a lock is gone
                        await Session(connection).execute("lock.give_back", key=key)

    @asynccontextmanager
    async def listening(self) -> AsyncIterator["Heard"]:
        """Hears the channel `endcap` on a connection of its own; Unavailable when that connection is lost."""
        with _saying_unavailable():
            async with self._pool.acquire() as connection:
                heard = Heard()
                await connection.add_listener("endcap", heard.hear)
                connection.add_termination_listener(heard.lose)
                try:
                    yield heard
                finally:
                    connection.remove_termination_listener(heard.lose)
                    if not connection.is_closed():
                        await connection.remove_listener("endcap", heard.hear)


class Heard:
    """Whether something was said on the channel since it was last waited for."""

    def __init__(self) -> None:
        self._woken = asyncio.Event()
        self._lost = False

    def hear(self, *_: object) -> None:
        """Something was said."""
        self._woken.set()

    def lose(self, *_: object) -> None:
        """The connection is gone."""
        self._lost = True
        self._woken.set()

    async def wait(self, seconds: float) -> None:
        """Until something is said, or the time has passed; Unavailable when the connection is lost."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._woken.wait()
        self._woken.clear()
        if self._lost:
            raise Unavailable("the database connection that hears of changes is lost")


@asynccontextmanager
async def open_database(url: str, size: int = 10) -> AsyncIterator[Database]:
    """A pool of up to `size` connections, closed at the end."""
    with _saying_unavailable():
        pool = await asyncpg.create_pool(
            url,
            min_size=min(2, size),
            max_size=size,
            init=speak_json,
            reset=_leave_as_it_is,
            server_settings={"jit": "off", "application_name": "endcap"},
        )
    async with pool:
        yield Database(pool)


async def _leave_as_it_is(_: Connection) -> None:
    """Nobody leaves anything on a connection but a transaction, which the driver ends: a round trip less at each loan."""


async def speak_json(connection: Connection) -> None:
    """Let jsonb columns be Python values."""
    await connection.set_type_codec("jsonb", schema="pg_catalog", encoder=_to_jsonb, decoder=_from_jsonb, format="binary")


def _to_jsonb(value: object) -> bytes:
    return b"\x01" + orjson.dumps(value)  # the version of jsonb's binary form, which COPY needs


def _from_jsonb(binary: bytes) -> Any:
    return orjson.loads(binary[1:])


@contextmanager
def _broken_off_where_cut_short(connection: Connection) -> Iterator[None]:
    """Who stops waiting does not know what was done: the connection goes, and what it held with it."""
    try:
        yield
    except BaseException:
        with suppress(asyncpg.InterfaceError):  # it has gone already
            connection.terminate()
        raise


@contextmanager
def _ended_after(connection: Connection, seconds: float | None) -> Iterator[None]:
    """A server that hangs does not hear that it should stop: only without the connection does the wait end."""
    timer = asyncio.get_running_loop().call_later(seconds, connection.terminate) if seconds is not None else None
    try:
        yield
    finally:
        if timer:
            timer.cancel()


@contextmanager
def _saying_unavailable() -> Iterator[None]:
    try:
        yield
    except asyncpg.DeadlockDetectedError as contended:
        raise Contended from contended
    except _LOST as lost:
        raise Unavailable("the database does not answer; try again") from lost
