"""The night shift's clock: has a release made whenever a tenant's is older than it wants, in a process of its own."""

import logging
from collections.abc import Mapping
from typing import Any

from gateway.services.clock import again_and_again
from gateway.services.dispatch import reports
from gateway.services.measure import TRAININGS
from gateway.settings import Settings
from gateway.store.training import TrainingStore

logger = logging.getLogger(__name__)

_LOOK = 60.0  # seconds between two looks, about


class Shift:
    """Looks every minute. Servers need not agree: whoever comes second finds the trainer's lock taken and goes home."""

    def __init__(self, training: TrainingStore, settings: Settings, seconds: float = _LOOK) -> None:
        self._training = training
        self._settings = settings
        self._seconds = seconds

    async def run(self) -> None:
        """Looks until cancelled; what fails is said, and tried again when its time has come."""
        if self._settings.train == "on":
            failed = "the night shift could not be begun"
            await again_and_again(self._look, self._seconds, lost="nobody can be trained", failed=failed)

    async def _look(self) -> None:
        if await self._training.due():
            for told in await reports(("train", "--due", "--json"), self._settings):
                _count(told)


def _count(told: Mapping[str, Any]) -> None:
    refused = told["refused"]
    TRAININGS.labels(told["tenant"], "refused" if refused else "published").inc()
    if refused:
        logger.error("release %s of %s was refused: %s", told["release"], told["tenant"], refused)
