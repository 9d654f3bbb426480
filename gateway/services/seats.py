"""Seats for those who stay and listen: so many at a server, so many of a key, until closing time."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

from gateway.domain.tenant import Caller
from gateway.errors import LimitExceeded, Unavailable

MOST = 200
MOST_OF_A_KEY = 20


class Seats:
    """Counts who listens, and asks them to leave at the end."""

    def __init__(self, most: int = MOST, most_of_a_key: int = MOST_OF_A_KEY) -> None:
        self._most, self._most_of_a_key = most, most_of_a_key
        self._taken: Counter[tuple[str, str | None]] = Counter()
        self._waits: set[asyncio.Timeout] = set()
        self._closed = False

    @property
    def taken(self) -> int:
        """How many seats are taken."""
        return self._taken.total()

    @contextmanager
    def one(self, caller: Caller) -> Iterator[None]:
        """A seat until this ends; LimitExceeded where none is free."""
        who = (caller.tenant_id, caller.key_name)
        if self._taken[who] >= self._most_of_a_key:
            raise LimitExceeded(f"a key may have {self._most_of_a_key} subscriptions at a server at most: end one first")
        if self.taken >= self._most:
            raise LimitExceeded(f"this server has the {self._most} subscriptions that it takes: try again later")
        self._taken[who] += 1
        try:
            yield
        finally:
            self._taken[who] -= 1
            if not self._taken[who]:
                del self._taken[who]

    @asynccontextmanager
    async def waiting(self) -> AsyncIterator[None]:
        """What is waited for within ends with Unavailable at closing time. Nothing may be told to the listener from inside."""
        wait = asyncio.timeout(0 if self._closed else None)
        try:
            async with wait:
                self._waits.add(wait)
                try:
                    yield
                finally:
                    self._waits.discard(wait)
        except TimeoutError:
            if wait.expired():
                raise Unavailable("this server is stopping: subscribe anew") from None
            raise

    def close(self) -> None:
        """Closing time: nobody waits any more."""
        if not self._closed:
            self._closed = True
            for wait in self._waits:
                wait.reschedule(0)
