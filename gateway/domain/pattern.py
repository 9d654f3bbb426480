"""Patterns: regular expressions whose search takes a time that grows with the text and not beyond, whatever the pattern is."""

from functools import lru_cache
from typing import Any

import re2

_MOST = 500  # characters
_MOST_STEPS = 5000  # of its program


def fault_of(pattern: Any) -> str | None:
    """What is wrong with what is told as a pattern, and what would be right; null where it can be searched for."""
    if not isinstance(pattern, str) or not 0 < len(pattern) <= _MOST:
        return f"must be a regular expression of 1 to {_MOST} characters"
    try:
        compiled = _compiled(pattern, anycase=False)
    except re2.error as wrong:
        said = wrong.args[0].decode() if isinstance(wrong.args[0], bytes) else wrong
        return f"is no regular expression of RE2, which knows neither looking around nor back-references: {said}"
    return None if compiled.programsize <= _MOST_STEPS else "is too large: repeat less in it"


def is_found(pattern: str, text: Any, *, anycase: bool = False) -> bool:
    """Whether the pattern stands anywhere in a text; never in what is no text."""
    return isinstance(text, str) and _compiled(pattern, anycase=anycase).search(text) is not None


@lru_cache(512)
def _compiled(pattern: str, *, anycase: bool) -> Any:
    options = re2.Options()
    options.log_errors = False
    options.case_sensitive = not anycase
    return re2.compile(pattern, options)
