"""Scalars, and enums whose every value says what it means."""

from collections.abc import Mapping
from datetime import UTC, datetime
from enum import Enum
from typing import Any, NewType, TypeVar

import strawberry
from graphql import GraphQLError
from strawberry.types.scalar import ScalarDefinition

from gateway.services.asking.bounds import FIRST_YEAR, LAST_YEAR

MinorUnits = NewType("MinorUnits", int)
Count = NewType("Count", int)

_MOST = 2**53
E = TypeVar("E", bound=Enum)


def described(enum: type[E], name: str, about: str, values: Mapping[E, str]) -> type[E]:
    """The enum under its GraphQL name, with a description on each value."""
    made = strawberry.enum(enum, name=name, description=about)
    for value in made.__strawberry_definition__.values:  # type: ignore[attr-defined]
        value.description = values[enum[value.name]]
    return made


def _read_minor_units(given: Any) -> MinorUnits:
    if isinstance(given, bool) or not isinstance(given, int) or abs(given) > _MOST:
        raise GraphQLError("MinorUnits must be an integer in the currency's smallest unit, up to 2^53")
    return MinorUnits(given)


def _read_count(given: Any) -> Count:
    if isinstance(given, bool) or not isinstance(given, int) or not 0 <= given <= _MOST:
        raise GraphQLError("Count must be an integer from 0 to 2^53")
    return Count(given)


def _say_bounded(number: int) -> int:
    """A number that every client can read exactly; what is more, as the most."""
    return max(-_MOST, min(_MOST, int(number)))


def _read_time(given: Any) -> datetime:
    try:
        moment = datetime.fromisoformat(given)
    except (TypeError, ValueError):
        raise GraphQLError("DateTime must be ISO 8601, such as 2026-05-04T12:30:00Z") from None
    if moment.tzinfo is None:
        raise GraphQLError("DateTime needs a time zone, such as the Z of 2026-05-04T12:30:00Z")
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise GraphQLError(f"DateTime must lie between the years {FIRST_YEAR} and {LAST_YEAR}")
    return moment.astimezone(UTC)


def _say_time(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


SCALARS: dict[object, ScalarDefinition] = {
    MinorUnits: strawberry.scalar(
        name="MinorUnits",
        description="Money in the currency's smallest unit, an integer up to 2^53 (a GraphQL Int would overflow); a sum "
        "of more is told as 2^53.",
        serialize=_say_bounded,
        parse_value=_read_minor_units,
    ),
    Count: strawberry.scalar(
        name="Count",
        description="How many, an integer up to 2^53 (a GraphQL Int would overflow); what is more is told as 2^53.",
        serialize=_say_bounded,
        parse_value=_read_count,
    ),
    datetime: strawberry.scalar(
        name="DateTime",
        description="A moment in ISO 8601 with its time zone, such as 2026-05-04T12:30:00Z.",
        serialize=_say_time,
        parse_value=_read_time,
    ),
}
