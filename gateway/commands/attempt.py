"""How a command runs: what it was told fails in one line, never in a stack."""

import sys
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import asyncpg
import uvloop

from gateway.commands.wording import refusal
from gateway.errors import GatewayError
from gateway.settings import BadSetting
from gateway.store.embedded import EmbeddedFailed
from gateway.store.migrate import ExtensionMissing, MigrationChanged, MigrationUnknown

Answer = TypeVar("Answer")

FAILED = 1  # the exit code of a command that could not do it; 2 is bad usage, 130 an interruption


@contextmanager
def saying_what_failed() -> Iterator[None]:
    """Turns what a person can mend into one line on stderr and exit code 1."""
    try:
        yield
    except GatewayError as error:
        _fail(refusal(error.field, error.message))
    except (BadSetting, EmbeddedFailed, ExtensionMissing, MigrationChanged, MigrationUnknown) as error:
        _fail(str(error))
    except asyncpg.PostgresError as error:
        _fail(f"the database refused it: {error}")
    except KeyboardInterrupt:
        sys.exit(130)


def run(work: Coroutine[Any, Any, Answer]) -> Answer:
    """Runs a coroutine to its end."""
    return uvloop.run(work)


def _fail(message: str) -> None:
    sys.stderr.write(f"endcap: {message}\n")
    sys.exit(FAILED)
