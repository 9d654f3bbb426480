"""One connection outside the pool, and a clear word where there is none."""

from urllib.parse import urlsplit

import asyncpg

from gateway.errors import Unavailable

_PATIENCE = 10.0  # seconds


async def connect(url: str) -> "asyncpg.Connection[asyncpg.Record]":
    """A connection to close oneself. Unavailable says which server does not answer and why, never with its password."""
    try:
        return await asyncpg.connect(url, timeout=_PATIENCE)
    except TimeoutError:
        why = f"no answer within {_PATIENCE:.0f} seconds"
    except OSError as refused:
        why = _in_words(refused)
    except (asyncpg.PostgresError, asyncpg.InterfaceError, ValueError, OverflowError) as refused:
        why = str(refused)
    raise Unavailable(f"the database {place(url)} cannot be reached: {why}; ENDCAP_DATABASE_URL says where it is")


def place(url: str) -> str:
    """The server, port and database of a URL; neither its user nor anything that may be a secret."""
    try:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return "of this URL"
    return f"{parts.hostname or 'localhost'}{port}{parts.path}" if parts.scheme else "of this URL"


def _in_words(refused: OSError) -> str:
    """Asyncpg says `Connect call failed ('127.0.0.1', 5432)` where the system says why."""
    if isinstance(refused, ConnectionRefusedError):
        return "the connection is refused"
    return refused.strerror or str(refused)
