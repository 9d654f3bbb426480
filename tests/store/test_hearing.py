"""Whoever waits to hear of changes can be told to stop at any moment."""

import asyncio

import pytest

from gateway.errors import Unavailable
from gateway.store.database import Heard


async def test_who_hears_something_and_is_told_to_stop_at_once_stops():
    heard = Heard()
    waiting = asyncio.create_task(heard.wait(30))
    await asyncio.sleep(0)
    heard.hear()
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting


async def test_what_was_heard_is_heard_once_and_silence_ends_too():
    heard = Heard()
    heard.hear()
    async with asyncio.timeout(1):
        await heard.wait(30)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.02):
            await heard.wait(30)
    async with asyncio.timeout(1):
        await heard.wait(0.01)


async def test_a_lost_connection_is_said():
    heard = Heard()
    heard.lose()
    with pytest.raises(Unavailable, match="lost"):
        await heard.wait(30)
