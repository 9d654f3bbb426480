"""Versions: 1.9 comes before 1.10, and 2.0.0-rc.1 before 2.0.0."""

import re
from functools import lru_cache
from typing import Any

from gateway.domain.bucketing import number_text

_ASIDE = re.compile(r"^v|\+.*$")  # what names the build says nothing of the order
_BETWEEN = re.compile(r"[-.]")
_CORE = 3  # parts of a version that is no preview of one
_WIDTH = 5
_REMEMBERED = 256  # characters of a version that is remembered; a longer one is nobody's, and is not kept
_LAST = "~"  # after every other character of ASCII


def sorted_as(version: Any) -> str:
    """A text that sorts as the version does, as GrowthBook pads it."""
    if isinstance(version, int | float) and not isinstance(version, bool):
        return _known(number_text(version))
    told = version if isinstance(version, str) and version else "0"
    return _known(told) if len(told) <= _REMEMBERED else _padded(told)


@lru_cache(512)
def _known(version: str) -> str:
    return _padded(version)


def _padded(version: str) -> str:
    parts = _BETWEEN.split(_ASIDE.sub("", version))
    if len(parts) == _CORE:
        parts.append(_LAST)
    return "-".join(part.rjust(_WIDTH) if part.isdigit() else part for part in parts)
