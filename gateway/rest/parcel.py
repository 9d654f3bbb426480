"""What the body of a request holds of events, however it was packed: JSON, the text of a beacon, or a form."""

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import parse_qsl

import msgspec

from gateway.domain.told import Told
from gateway.errors import BadInput, LimitExceeded
from gateway.rest.decipher import Misread, decipher
from gateway.services.hearing.track import MAX_BATCH

_TEXT = re.compile(r"(application/([a-z0-9.-]+\+)?json|text/json|text/plain)?")
_FORM = "application/x-www-form-urlencoded"
_SHAPES = 'send {"events": [ … ]}, an array of events, or one event'


class WrongKind(BadInput):
    """Events are told as JSON: application/json, text/plain, or application/x-www-form-urlencoded whose field events holds it."""

    status = 415


class _Parcel(msgspec.Struct):
    events: list[Told]


class _Wrapping(msgspec.Struct):
    events: msgspec.Raw


_parcel = msgspec.json.Decoder(_Parcel)
_array = msgspec.json.Decoder(list[Told])
_wrapping = msgspec.json.Decoder(_Wrapping)
_rows = msgspec.json.Decoder(list[msgspec.Raw])
_object = msgspec.json.Decoder(dict[str, msgspec.Raw])


def unpack(content_type: str, body: bytes) -> Sequence[Told | Misread]:
    """The events of a body in their order, each read by itself. BadInput where it is no JSON at all."""
    kind = content_type.partition(";")[0].strip().lower()
    if _TEXT.fullmatch(kind) or (kind == _FORM and body.lstrip()[:1] in (b"{", b"[")):  # a beacon may call its text a form
        return _read(body)
    if kind != _FORM:
        raise WrongKind
    texts = [text for name, text in _pairs(body) if name in ("events", "event")]
    if not texts:
        raise BadInput("the form has neither a field events nor a field event that holds JSON", field="events")
    return _bounded([event for text in texts for event in _read(text)])


def _pairs(body: bytes) -> Iterator[tuple[str, bytes]]:
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=MAX_BATCH)
    except ValueError:
        raise BadInput(f"the body is no form with a field events, of {MAX_BATCH} fields at most", field="events") from None
    return ((name, value.encode()) for name, value in pairs)


def _read(text: bytes) -> Sequence[Told | Misread]:
    """All at once where every one is as it should be, else one by one."""
    is_array = text.lstrip()[:1] == b"["
    try:
        events = _array.decode(text) if is_array else _parcel.decode(text).events
    except (ValueError, RecursionError):
        return [decipher(row) for row in _bounded(_rows_of(text, is_array=is_array))]
    return _bounded(events)


def _rows_of(text: bytes, *, is_array: bool) -> Sequence[msgspec.Raw]:
    try:
        try:
            return _split(text, is_array=is_array)
        except msgspec.ValidationError:
            raise BadInput(f"events are told in an array; {_SHAPES}", field="events") from None
        except msgspec.DecodeError:  # half a character perhaps, which JSON can say: it is to sink its own event only
            return _split_loosely(text)
    except RecursionError:
        raise BadInput("the body is nested too deeply", field="events") from None
    except ValueError as broken:
        raise BadInput(f"the body is no JSON ({broken}); {_SHAPES}", field="events") from None


def _split(text: bytes, *, is_array: bool) -> Sequence[msgspec.Raw]:
    if is_array:
        return _rows.decode(text)
    if "events" not in _object.decode(text):
        return [msgspec.Raw(text)]
    return _rows.decode(_wrapping.decode(text).events)


def _split_loosely(text: bytes) -> Sequence[msgspec.Raw]:
    read = json.loads(text)
    rows = read.get("events", [read]) if isinstance(read, dict) else read
    if not isinstance(rows, list):
        raise BadInput(f"events are told in an array; {_SHAPES}", field="events")
    return [msgspec.Raw(json.dumps(row)) for row in rows]


def _bounded(rows: Sequence[Any]) -> Sequence[Any]:
    if len(rows) > MAX_BATCH:
        raise LimitExceeded(f"a batch may have {MAX_BATCH} events at most, not {len(rows)}", field="events")
    return rows
