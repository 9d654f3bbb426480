"""What the doctor looks at on this machine: Python, the libraries, the data folder, memory, the port, GraphiQL."""

import platform
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import duckdb
import orjson
import psutil

from gateway.commands.finding import Finding, broken, doubtful, well
from gateway.commands.serve import PortTaken, check_port
from gateway.index.trial import try_annoy
from gateway.rest.graphiql.assets import ASSETS, wrong
from gateway.settings import Settings

_GIGABYTE = 1 << 30
_PATIENCE = 3.0  # seconds for whoever listens on the port to say who it is
_MOST_SAID = 65_536  # bytes that are read of it
_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104  (where one who listens everywhere is asked)
_LITTLE_DISK, _NO_DISK = 5 * _GIGABYTE, _GIGABYTE // 2


def look_at_machine(settings: Settings) -> Iterator[Finding]:
    """Each finding as it is made."""
    yield well("Python", platform.python_version())
    yield _annoy()
    yield _duckdb()
    yield _folder(settings.data_dir)
    yield _disk(settings.data_dir)
    yield _memory(settings)
    yield _port(settings)
    yield _graphiql()


def _annoy() -> Finding:
    fault = try_annoy()
    if fault:
        return broken(
            "Annoy", fault, "build it for this processor: remove .venv and run `make setup`; ANNOY_COMPILER_ARGS says how"
        )
    return well("Annoy", "an index was built and answers rightly")


def _duckdb() -> Finding:
    try:
        duckdb.connect().table_function("range", [3]).fetchall()
    except duckdb.Error as error:
        return broken("DuckDB", str(error), "install the gateway anew: remove .venv and run `make setup`")
    return well("DuckDB", duckdb.__version__)


def _folder(folder: Path) -> Finding:
    there = _nearest(folder)
    try:
        with tempfile.NamedTemporaryFile(dir=there):
            pass
    except OSError as error:
        return broken("data folder", f"{there}: {error.strerror}", "let the gateway's user write there, or set ENDCAP_DATA_DIR")
    return well("data folder", str(folder.resolve()) + ("" if folder.exists() else ", made at the first start"))


def _disk(folder: Path) -> Finding:
    free = shutil.disk_usage(_nearest(folder)).free
    told = f"{free / _GIGABYTE:.1f} GB free"
    if free < _NO_DISK:
        return broken("disk", told, "make room: the database and training need some")
    if free < _LITTLE_DISK:
        return doubtful("disk", told, "make room before the next training")
    return well("disk", told)


def _memory(settings: Settings) -> Finding:
    total = psutil.virtual_memory().total
    told = f"{total / _GIGABYTE:.1f} GB, of which training may take {settings.training_memory_mb / 1024:.1f}"
    if settings.training_memory_mb << 20 > total * 0.8:
        return doubtful("memory", told, "lower ENDCAP_TRAINING_MEMORY_MB: DuckDB spills to disk past it")
    return well("memory", told)


def _port(settings: Settings) -> Finding:
    try:
        check_port(settings)
    except PortTaken as taken:
        return _neighbour(settings) or doubtful("port", taken.message, "what listens there is no gateway: choose another")
    return well("port", f"{settings.host}:{settings.port} is free")


def _neighbour(settings: Settings) -> Finding | None:
    """The gateway that listens on the port already; null where it is another program."""
    said = _readiness(settings.host, settings.port)
    if said is None or not said.keys() >= {"status", "database", "release", "queue"}:
        return None
    at = f"the gateway runs on {settings.host}:{settings.port}"
    if said["status"] == "ok":
        return well("port", f"{at}, and is ready")
    wrong = ", ".join(f"{part}: {state}" for part, state in said.items() if part != "status" and state != "ok")
    return doubtful("port", f"{at}, and is not ready: {wrong[:200]}", "its log says more; pages are answered once it is ready")


def _readiness(host: str, port: int) -> Mapping[str, str] | None:
    """What answers /health/ready on a port; null where nothing does that says objects of texts."""
    try:
        with closing(HTTPConnection(_EVERYWHERE.get(host, host), port, timeout=_PATIENCE)) as asking:
            asking.request("GET", "/health/ready")
            said = orjson.loads(asking.getresponse().read(_MOST_SAID))
    except (OSError, HTTPException, ValueError):
        return None
    return said if isinstance(said, dict) and all(isinstance(each, str) for each in said.values()) else None


def _graphiql() -> Finding:
    if missing := wrong():
        told = f"{len(missing)} of its {len(ASSETS)} files are not here; the page loads them from the CDN"
        return doubtful("GraphiQL", told, "with npm installed, run python -m gateway.rest.graphiql")
    return well("GraphiQL", f"its {len(ASSETS)} files are here")


def _nearest(folder: Path) -> Path:
    """The folder, or the nearest one above it that exists."""
    return next(each for each in (folder.resolve(), *folder.resolve().parents) if each.is_dir())
