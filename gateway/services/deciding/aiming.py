"""A condition as it is told, judged: every name is one that a request has, compared with what it may be."""

import re
from collections.abc import Callable, Collection, Mapping
from types import MappingProxyType
from typing import Any

from gateway.domain.condition import Condition, faults_of, leaves_of, literals_of
from gateway.domain.device import Device
from gateway.domain.placement import PageType
from gateway.domain.rule import WEEKDAYS
from gateway.errors import BadInput
from gateway.services.asking.situation import NAMES
from gateway.services.deciding.reading import Reader


def read_condition(told: Reader, field: str, without: Collection[str] = ()) -> Condition:
    """When something holds. `without`: names that it cannot ask for. BadInput names what is wrong, and what would be right."""
    when = told.object(field)
    at = told.field(field)
    for place, fault in faults_of(when, at):
        raise BadInput(fault, field=place)
    names = NAMES.keys() - without
    for path, wanted in leaves_of(when):
        _check(path, wanted, f"{at}.{path}", names)
    return dict(when)


def _check(path: str, wanted: Any, at: str, names: Collection[str]) -> None:
    name, dot, within = path.partition(".")
    if name not in names or bool(within) is not (name in _OPEN) or (dot and not within):
        open_ = ", ".join(f"{each}.x" for each in sorted(_OPEN))
        known = ", ".join(sorted(each for each in names if each not in _OPEN))
        raise BadInput(f"is no name of a request; known are {known}, {open_}", field=at)
    if isinstance(wanted, str) and name in _LISTS:
        raise BadInput(f'is a list: ask whether it is in it, as in {{"$in": ["{wanted[:40]}"]}}', field=at)
    for literal in literals_of(wanted):
        if literal is not None and name in _SAYS and not _SAYS[name][0](literal):
            raise BadInput(f"must be compared with {_SAYS[name][1]}", field=at)


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_hour(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 23  # noqa: PLR2004


_OPEN = frozenset(("visitor", "context"))  # hold names of the shop's own
_LISTS = frozenset(("context", "productIds", "cart", "categoryIds", "categoryHints"))
_DATE = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])")
_TEXT = (_is_text, "a text")
_SAYS: Mapping[str, tuple[Callable[[Any], bool], str]] = MappingProxyType(
    {
        **dict.fromkeys(NAMES.keys() - _OPEN, _TEXT),
        "context": _TEXT,
        "device": (lambda value: _is_text(value) and value in set(Device), f"one of {', '.join(Device)}"),
        "pageType": (lambda value: _is_text(value) and value in set(PageType), f"one of {', '.join(PageType)}"),
        "weekday": (lambda value: value in WEEKDAYS, f"one of {', '.join(WEEKDAYS)}"),
        "hour": (_is_hour, "a whole number from 0 to 23"),
        "date": (lambda value: _is_text(value) and bool(_DATE.fullmatch(value)), "a day such as 2026-12-24"),
    }
)
"""What each name may be compared with."""
