"""The night shift's clock: has a release made whenever a tenant's is older than it wants, in a process of its own."""

import asyncio
import logging
import random
from collections.abc import Mapping

import orjson

from gateway.errors import Unavailable
from gateway.services.dispatch import dispatch
from gateway.services.measure import TRAININGS
from gateway.settings import Settings
from gateway.store.training import TrainingStore

logger = logging.getLogger(__name__)

_LOOK = 60.0  # seconds between two looks, about: servers on one database look at different moments


class Shift:
    """Looks every minute. Servers need not agree: whoever comes second finds the trainer's lock taken and goes home."""

    def __init__(self, training: TrainingStore, settings: Settings, seconds: float = _LOOK) -> None:
        self._training = training
        self._settings = settings
        self._seconds = seconds

    async def run(self) -> None:
        """Looks until cancelled; what fails is said, and tried again when its time has come."""
        while self._settings.train == "on":
            await asyncio.sleep(self._seconds * random.uniform(0.5, 1.5))
            try:
                if await self._training.due():
                    await self._train()
            except Unavailable as lost:
                logger.warning("nobody can be trained: %s", lost.message)
            except Exception:
                logger.exception("the night shift could not be begun")

    async def _train(self) -> None:
        said, complaints = await dispatch(("train", "--due", "--json"), self._settings)
        for line in said.splitlines():
            _count(orjson.loads(line))
        if complaints:
            logger.warning("training: %s", complaints)


def _count(told: Mapping[str, str | None]) -> None:
    refused = told["refused"]
    TRAININGS.labels(told["tenant"], "refused" if refused else "published").inc()
    if refused:
        logger.error("release %s of %s was refused: %s", told["release"], told["tenant"], refused)
