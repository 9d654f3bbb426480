"""Reads JSON of others name by name: each value is of its type, or the error names it and says what would be right."""

import math
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from enum import Enum
from typing import Any, TypeVar

import orjson

from gateway.domain.event import MAX_ID
from gateway.errors import BadInput, LimitExceeded
from gateway.services.administering.tenants import LOCALE, is_time_zone
from gateway.services.asking.bounds import FIRST_YEAR, LAST_YEAR, MAX_JSON, is_sound

MAX_VALUES = 500
MAX_AMOUNT = 2**53  # of minor units

E = TypeVar("E", bound=Enum)


class Reader:
    """An object that was told. A name that is null is not there; one that nobody knows is refused."""

    def __init__(self, said: Any, known: Collection[str], at: str = "") -> None:
        self._at = at
        if not isinstance(said, Mapping):
            raise BadInput("must be an object", field=at or None)
        self._said = {name: value for name, value in said.items() if value is not None}
        for name in self._said:
            if name not in known:
                raise BadInput(f"is not known here; known are {', '.join(sorted(known))}", field=self.field(str(name)))

    def __contains__(self, name: str) -> bool:
        return name in self._said

    def field(self, name: str) -> str:
        """The whole path of a name."""
        return f"{self._at}.{name}" if self._at else name

    def refuse(self, name: str, why: str) -> BadInput:
        """The error to raise."""
        return BadInput(why, field=self.field(name))

    def text(self, name: str) -> str | None:
        """A text of 1 to 256 characters."""
        if name not in self._said:
            return None
        return self._sound(self._said[name], name)

    def one_of(self, name: str, words: type[E]) -> E:
        """A word of an enum."""
        return self._word(self._said.get(name), name, words)

    def words(self, name: str, words: type[E]) -> tuple[E, ...]:
        """One word of an enum at least, none twice."""
        found = tuple(self._word(each, f"{name}.{place}", words) for place, each in enumerate(self._listed(name)))
        for place, each in enumerate(found):
            if each in found[:place]:
                raise self.refuse(f"{name}.{place}", f"{each.name} stands there already")
        return found

    def texts(self, name: str) -> tuple[str, ...] | None:
        """1 to 500 texts, each once."""
        if name not in self._said:
            return None
        return tuple(dict.fromkeys(self._sound(each, f"{name}.{place}") for place, each in enumerate(self._listed(name))))

    def objects(self, name: str, known: Collection[str]) -> list["Reader"]:
        """A list of objects of these names, one at least."""
        return [Reader(each, known, self.field(f"{name}.{place}")) for place, each in enumerate(self._listed(name))]

    def named(self, name: str) -> dict[str, tuple[str, ...]] | None:
        """Lists of texts by name; numbers and truth values go by their text."""
        if name not in self._said:
            return None
        within = Reader(self._said[name], _Anything(), self.field(name))
        if not within._said:
            raise self.refuse(name, 'must name one attribute at least, as in {"colour": ["red"]}')
        return {self._sound(each, name): within._values(each) for each in within._said}

    def whole(self, name: str, least: int, most: int) -> int | None:
        """A whole number."""
        value = self._said.get(name)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most):
            raise self.refuse(name, f"must be a whole number from {least} to {most}")
        return value

    def number(self, name: str) -> float | None:
        """A finite number."""
        value = self._said.get(name)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value)):
            raise self.refuse(name, "must be a number")
        return value

    def flag(self, name: str) -> bool | None:
        """A truth value."""
        value = self._said.get(name)
        if value is not None and not isinstance(value, bool):
            raise self.refuse(name, "must be true or false")
        return value

    def moment(self, name: str) -> datetime | None:
        """A moment with its time zone, as UTC."""
        value = self._said.get(name)
        try:
            moment = datetime.fromisoformat(value) if isinstance(value, str) else value
        except ValueError:
            moment = False
        if moment is None:
            return None
        if not isinstance(moment, datetime) or moment.tzinfo is None or not FIRST_YEAR <= moment.year <= LAST_YEAR:
            raise self.refuse(name, "must be a moment with its time zone, such as 2026-05-04T12:30:00Z")
        return moment.astimezone(UTC)

    def time_zone(self, name: str) -> str | None:
        """A time zone of the IANA database."""
        zone = self.text(name)
        if zone and not is_time_zone(zone):
            raise self.refuse(name, "is no time zone of the IANA database, such as Europe/Stockholm")
        return zone

    def translated(self, name: str, most: int) -> dict[str, str]:
        """Texts by locale; the one without locale, "", is for all others."""
        said = Reader(self._said.get(name, {}), _Anything(), self.field(name))
        for locale, text in said._said.items():
            if locale and not LOCALE.fullmatch(locale):
                raise said.refuse(locale, 'is no locale, such as sv-SE; "" is for all others')
            if not isinstance(text, str) or len(text) > most or not is_sound(text):
                raise said.refuse(locale, f"must be a text of {most} characters at most")
        return dict(said._said)

    def object(self, name: str) -> Mapping[str, Any]:
        """Any object of 4 kB of JSON at most; an empty one where nothing is told."""
        value = self._said.get(name, {})
        if not isinstance(value, Mapping):
            raise self.refuse(name, "must be an object")
        try:
            text = orjson.dumps(value)
        except TypeError:
            raise self.refuse(name, "holds a number past 64 bits, half a character, or too many levels") from None
        if len(text) > MAX_JSON:
            raise LimitExceeded(f"may have {MAX_JSON} bytes at most as JSON", field=self.field(name))
        if b"\\u0000" in text:
            raise self.refuse(name, "holds a NUL")
        return value

    def _listed(self, name: str) -> list[Any]:
        value = self._said.get(name)
        if not isinstance(value, list | tuple) or not value:
            raise self.refuse(name, "must be a list with one value at least")
        if len(value) > MAX_VALUES:
            raise LimitExceeded(f"at most {MAX_VALUES} values", field=self.field(name))
        return list(value)

    def _values(self, name: str) -> tuple[str, ...]:
        said = (orjson.dumps(v).decode() if isinstance(v, bool | int | float) else v for v in self._listed(name))
        return tuple(dict.fromkeys(self._sound(each, f"{name}.{place}") for place, each in enumerate(said)))

    def _sound(self, value: Any, name: str) -> str:
        if not isinstance(value, str) or not value or not is_sound(value):
            raise self.refuse(name, f"must be a text of 1 to {MAX_ID} characters, no NUL among them")
        return value

    def _word(self, value: Any, name: str, words: type[E]) -> E:
        if isinstance(value, words):
            return value
        if isinstance(value, str) and value in words.__members__:
            return words[value]
        raise self.refuse(name, f"must be one of {', '.join(words.__members__)}")


class _Anything(Collection[str]):
    """Every name is known."""

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str)

    def __iter__(self) -> Any:
        return iter(())

    def __len__(self) -> int:
        return 0
