"""A command of ours, run in a process of its own: it may take the whole processor, or die, and no page waits."""

import asyncio
import logging
import os
import sys
from asyncio.subprocess import PIPE
from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

import orjson

from gateway.settings import Settings, variable

logger = logging.getLogger(__name__)


async def dispatch(words: Sequence[str], settings: Settings) -> tuple[bytes, str]:
    """What `endcap` with these words says, and what it complains of. Where this task is cancelled, the process is killed."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "gateway", *words, stdout=PIPE, stderr=PIPE, env=_environment(settings)
    )
    try:
        said, complaints = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return said, complaints.decode(errors="replace").strip()


async def reports(words: Sequence[str], settings: Settings) -> Sequence[Mapping[str, Any]]:
    """What a command that says a JSON object a line has done; its complaints go into the log."""
    said, complaints = await dispatch(words, settings)
    if complaints:
        logger.warning("endcap %s: %s", " ".join(words), complaints)
    return [orjson.loads(line) for line in said.splitlines()]


def _environment(settings: Settings) -> Mapping[str, str]:
    """That of this process, with the settings as they are here."""
    told = {variable(f.name): getattr(settings, f.name) for f in fields(settings)}
    return {**os.environ, **{name: str(value) for name, value in told.items() if value is not None}}
