"""Everything that the environment may decide, read once, at the start."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

PREFIX = "ENDCAP_"


def _setting(default: Any, about: str, *, secret: bool = False) -> Any:
    return field(default=default, repr=not secret, metadata={"about": about})


class BadSetting(Exception):
    """An environment variable has a value that cannot be used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Each field is read from ENDCAP_<FIELD>."""

    database_url: str | None = _setting(
        None, "Any PostgreSQL ≥ 15. Where it is not set, an embedded one runs in the data folder.", secret=True
    )
    data_dir: Path = _setting(Path("var"), "The embedded database, the trained releases and the demo's keys.")
    host: str = _setting("127.0.0.1", "The address to listen on.")
    port: int = _setting(8000, "The port to listen on.")
    workers: int = _setting(1, "Server processes; one a core is right.")
    pool_size: int = _setting(10, "Database connections a server process may hold.")
    log_level: Literal["debug", "info", "warning", "error"] = _setting("info", "How much is logged.")
    log_format: Literal["json", "text"] = _setting("json", "One JSON object a line, or text for people.")
    max_body_bytes: int = _setting(1_048_576, "Larger request bodies are answered 413.")
    event_queue: int = _setting(
        10_000,
        "Events that may wait to be written, half of them of one tenant, also alone; past that senders are told to try again.",
    )
    event_seconds: float = _setting(10.0, "How long events may take to be written before their sender is told to try again.")
    view_queue: int = _setting(10_000, "Served views that may wait to be written; past that they are dropped and counted.")
    view_flush_ms: int = _setting(200, "How long a served view waits for others before it is written.")
    refresh_seconds: float = _setting(30.0, "How often servers re-read versions, should a notification be lost.")
    training_memory_mb: int = _setting(2048, "The most memory DuckDB may take in training; it spills to disk past that.")
    training_threads: int = _setting(1, "Threads DuckDB may use in training.")
    train: Literal["on", "off"] = _setting(
        "on",
        "Whether servers make new releases, as often as each tenant wants; off where `endcap train` is run elsewhere.",
    )
    feeds: Literal["on", "off"] = _setting(
        "on", "Whether servers read the feeds that are due; off where `endcap feed run --due` is run elsewhere."
    )
    keep_releases: int = _setting(5, "Trained releases kept on disk for rollback.")

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "Settings":
        """The settings of this environment; BadSetting names a variable that cannot be read."""
        hints = get_type_hints(cls)
        given = {f.name: environment[variable(f.name)] for f in fields(cls) if environment.get(variable(f.name))}
        return cls(**{name: _read(name, text, hints[name]) for name, text in given.items()})


def variable(name: str) -> str:
    """The environment variable of a field."""
    return PREFIX + name.upper()


def _read(name: str, text: str, kind: Any) -> Any:
    if get_origin(kind) is Literal:
        if text not in get_args(kind):
            raise BadSetting(f"{variable(name)}={text!r}: it must be one of {', '.join(get_args(kind))}")
        return text
    try:
        return kind(text) if kind in (int, float, Path) else text
    except ValueError:
        raise BadSetting(f"{variable(name)}={text!r}: it must be a number") from None
