"""The night shift's clock: has a release made whenever a tenant's is older than it wants, in a process of its own."""

import asyncio
import logging
import os
import random
import sys
from asyncio.subprocess import PIPE
from collections.abc import Mapping
from dataclasses import fields

import orjson

from gateway.errors import Unavailable
from gateway.services.measure import TRAININGS
from gateway.settings import Settings, variable
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
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "gateway",
            "train",
            "--due",
            "--json",
            stdout=PIPE,
            stderr=PIPE,
            env=_environment(self._settings),
        )
        try:
            said, complaints = await process.communicate()
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        for line in said.splitlines():
            _count(orjson.loads(line))
        if complaints.strip():
            logger.warning("training: %s", complaints.decode(errors="replace").strip())


def _count(told: Mapping[str, str | None]) -> None:
    refused = told["refused"]
    TRAININGS.labels(told["tenant"], "refused" if refused else "published").inc()
    if refused:
        logger.error("release %s of %s was refused: %s", told["release"], told["tenant"], refused)


def _environment(settings: Settings) -> Mapping[str, str]:
    """That of this process, with the settings as they are here."""
    told = {variable(f.name): getattr(settings, f.name) for f in fields(settings)}
    return {**os.environ, **{name: str(value) for name, value in told.items() if value is not None}}
