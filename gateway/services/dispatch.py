"""A command of ours, run in a process of its own: it may take the whole processor, or die, and no page waits."""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE
from collections.abc import Mapping, Sequence
from dataclasses import fields

from gateway.settings import Settings, variable


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


def _environment(settings: Settings) -> Mapping[str, str]:
    """That of this process, with the settings as they are here."""
    told = {variable(f.name): getattr(settings, f.name) for f in fields(settings)}
    return {**os.environ, **{name: str(value) for name, value in told.items() if value is not None}}
