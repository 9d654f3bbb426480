"""The shape of a JSON body, checked field by field, with faults as FastAPI on pydantic 1 says them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

Location = tuple[str | int, ...]

_DIGITS = re.compile(r"-?[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a body: where, and what."""

    location: Location
    message: str
    kind: str

    def said(self) -> dict[str, Any]:
        """The entry of `detail`."""
        return {"loc": list(self.location), "msg": self.message, "type": self.kind}


class Misshapen(Exception):
    """The body is not of the shape that was asked for; all faults are named at once."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("; ".join(f.message for f in faults))
        self.faults = tuple(faults)


@dataclass(slots=True)
class Reader:
    """Reads the fields of one object and collects what is wrong with them; call `done` at the end."""

    given: Mapping[str, Any]
    at: Location = ("body",)
    faults: list[Fault] = field(default_factory=list)
    _known: set[str] = field(default_factory=set)

    def text(self, name: str, *, required: bool = False, shortest: int = 0) -> str | None:
        """A string; numbers become their text, as the vendor's own server lets them."""
        value = self._take(name, required=required)
        if isinstance(value, bool) or not isinstance(value, str | int | float | None):
            self.fault(name, "str type expected", "type_error.str")
            return None
        text = None if value is None else str(value)
        if text is not None and len(text) < shortest:
            self.fault(name, f"ensure this value has at least {shortest} characters", "value_error.any_str.min_length")
        return text

    def whole(self, name: str, least: int, most: int) -> int | None:
        """An integer within bounds; a string of digits is one."""
        value = self._take(name, required=False)
        if isinstance(value, str) and _DIGITS.fullmatch(value):
            value = int(value)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int):
            self.fault(name, "value is not a valid integer", "type_error.integer")
            return None
        if value < least:
            self.fault(name, f"ensure this value is greater than or equal to {least}", "value_error.number.not_ge")
        if value > most:
            self.fault(name, f"ensure this value is less than or equal to {most}", "value_error.number.not_le")
        return value

    def texts(self, name: str, *, required: bool = False) -> list[str]:
        """A list of strings."""
        value = self._take(name, required=required)
        if value is None:
            return []
        if not isinstance(value, list) or any(isinstance(v, bool) or not isinstance(v, str | int) for v in value):
            self.fault(name, "value is not a valid list of str", "type_error.list")
            return []
        return [str(v) for v in value]

    def table(self, name: str) -> Mapping[str, Any]:
        """An object whose content is free."""
        value = self._take(name, required=False)
        if not isinstance(value, dict | None):
            self.fault(name, "value is not a valid dict", "type_error.dict")
        return value if isinstance(value, dict) else {}

    def fault(self, name: str, message: str, kind: str) -> None:
        """Notes something wrong with a field."""
        self.faults.append(Fault((*self.at, name), message, kind))

    def done(self) -> None:
        """Misshapen where anything was wrong, a field that nobody knows included."""
        for name in self.given.keys() - self._known:
            self.fault(name, "extra fields not permitted", "value_error.extra")
        if self.faults:
            raise Misshapen(self.faults)

    def _take(self, name: str, *, required: bool) -> Any:
        self._known.add(name)
        value = self.given.get(name)
        if value is None and required:
            kind = ("none is not an allowed value", "type_error.none.not_allowed") if name in self.given else None
            self.fault(name, *(kind or ("field required", "value_error.missing")))
        return value


def read_json(body: bytes) -> Any:
    """The body's JSON, whatever its content type says."""
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as broken:
        raise Misshapen([Fault(("body", broken.pos), broken.msg, "value_error.jsondecode")]) from None


def read_object(body: bytes) -> Reader:
    """A reader of the body's object."""
    given = read_json(body)
    if not isinstance(given, dict):
        raise Misshapen([Fault(("body",), "value is not a valid dict", "type_error.dict")])
    return Reader(given)
