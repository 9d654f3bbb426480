"""What the doctor found: one line each, and what to do about it."""

from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "warn", "fail"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. `advice` says what to do; empty where it is well."""

    about: str
    state: State
    told: str
    advice: str = ""


def well(about: str, told: str) -> Finding:
    """Nothing to do."""
    return Finding(about, "ok", told)


def doubtful(about: str, told: str, advice: str) -> Finding:
    """The gateway runs, but something is not as it should be."""
    return Finding(about, "warn", told, advice)


def broken(about: str, told: str, advice: str) -> Finding:
    """The gateway cannot run like this."""
    return Finding(about, "fail", told, advice)
