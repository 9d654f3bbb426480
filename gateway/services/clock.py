"""The clock of whoever works behind the counter: look, work where there is work, say what failed, rest, and look again."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable

from gateway.errors import Unavailable

logger = logging.getLogger(__name__)


async def again_and_again(
    look: Callable[[], Awaitable[object]], seconds: float, *, lost: str, failed: str, at_once: bool = False
) -> None:
    """Looks about every `seconds` until cancelled; nothing that goes wrong ends it. Servers on one database look at different
    moments. `lost`: what is said while the database does not answer; `failed`: what is said of anything else, with its traceback.
    `at_once`: looks first and rests then.
    """
    if not at_once:
        await _rest(seconds)
    while True:
        try:
            await look()
        except Unavailable as gone:
            logger.warning("%s: %s", lost, gone.message)
        except Exception:
            logger.exception(failed)
        await _rest(seconds)


async def _rest(seconds: float) -> None:
    await asyncio.sleep(seconds * random.uniform(0.5, 1.5))
