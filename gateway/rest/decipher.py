"""Read the JSON of one event, or say in words which field cannot be read."""

import json
import re
from dataclasses import dataclass

import msgspec

from gateway.domain.event import Refusal
from gateway.domain.told import Told
from gateway.rest.fault import in_words

_HALF = re.compile("[\ud800-\udfff]|\\\\ud[89a-f]")
_MOST = 120  # characters that are said of what came in


@dataclass(frozen=True, slots=True)
class Misread:
    """An event that cannot be read, with its id where that can be."""

    id: str | None
    refusal: Refusal


class _Named(msgspec.Struct):
    id: str | None = None


_event = msgspec.json.Decoder(Told)
_named = msgspec.json.Decoder(_Named)


def decipher(row: msgspec.Raw) -> Told | Misread:
    """The event, or what is wrong with it."""
    try:
        return _event.decode(row)
    except (ValueError, RecursionError) as fault:
        return Misread(_id_of(row), _half_a_character(row) or _in_words(fault))


def _half_a_character(row: msgspec.Raw) -> Refusal | None:
    """JSON can say half of a surrogate pair, as of a text that was cut; the decoder takes it for broken JSON."""
    try:
        read = json.loads(bytes(row))
    except (ValueError, RecursionError):
        return None
    halved = (name for name, value in read.items() if _HALF.search(str(value))) if isinstance(read, dict) else ()
    field = next(iter(halved), None)
    return (
        None
        if field is None
        else Refusal(field[:_MOST], "BAD_TEXT", "holds half a character: a surrogate without its other half")
    )


def _id_of(row: msgspec.Raw) -> str | None:
    try:
        return _named.decode(row).id
    except (ValueError, RecursionError):
        return None


def _in_words(fault: Exception) -> Refusal:
    """The decoder's fault as a field, as in `lines.0.quantity`, and what would be right."""
    if isinstance(fault, RecursionError):
        return Refusal("properties", "TOO_DEEP", "is nested too deeply")
    found = in_words(fault, "is no field of an event: its fields are those of EventInput")
    return Refusal(found.field or "events", found.code, found.message)
