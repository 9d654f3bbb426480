"""Who works behind the counter goes on whatever happens, and what happened is in the log."""

import asyncio
import logging

import pytest

from gateway.errors import Unavailable
from gateway.services.clock import again_and_again

SAID = {"lost": "nothing can be counted", "failed": "what was told could not be counted"}


async def looks(at_most: int, *faults: Exception | None, seconds: float = 0.0, at_once: bool = False) -> int:
    """How often one looks until it has looked `at_most` times; the first looks end in these faults."""
    looked, enough, left = 0, asyncio.Event(), list(faults)

    async def look() -> None:
        nonlocal looked
        looked += 1
        if looked == at_most:
            enough.set()
        if left and (fault := left.pop(0)):
            raise fault

    clock = asyncio.create_task(again_and_again(look, seconds, at_once=at_once, **SAID))
    waiting = asyncio.create_task(enough.wait())
    await asyncio.wait((clock, waiting), timeout=0.2 if seconds else 5, return_when=asyncio.FIRST_COMPLETED)
    assert not clock.done(), clock
    for task in (clock, waiting):
        task.cancel()
    await asyncio.gather(clock, waiting, return_exceptions=True)
    assert clock.cancelled()
    return looked


async def test_what_fails_is_tried_again_and_said_once_each_time(caplog):
    with caplog.at_level(logging.WARNING):
        assert await looks(4, Unavailable("the database does not answer"), ValueError("a fault of ours"), None) >= 4
    lost, fault = caplog.records
    assert (lost.levelname, lost.getMessage(), lost.exc_info) == (
        "WARNING", "nothing can be counted: the database does not answer", None,
    )  # fmt: skip
    assert (fault.levelname, fault.getMessage()) == ("ERROR", "what was told could not be counted")
    assert fault.exc_info
    assert fault.exc_info[0] is ValueError


async def test_a_server_that_has_just_started_looks_later_unless_it_is_told_to_look_at_once():
    assert await looks(1, seconds=3600) == 0
    assert await looks(2, seconds=3600, at_once=True) == 1


@pytest.mark.parametrize("at_once", [True, False])
async def test_servers_that_start_together_do_not_look_together(monkeypatch, at_once):
    rests: list[float] = []

    async def rest(seconds: float) -> None:
        rests.append(seconds)
        if len(rests) == 200:
            raise asyncio.CancelledError

    async def look() -> None: ...

    monkeypatch.setattr(asyncio, "sleep", rest)
    with pytest.raises(asyncio.CancelledError):
        await again_and_again(look, 60.0, at_once=at_once, **SAID)
    assert all(30 <= each <= 90 for each in rests)
    assert len(set(rests)) > 100
