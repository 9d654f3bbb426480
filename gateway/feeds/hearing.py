"""Files of events in other systems' words, recognised by what is in them, as rows that an import reads."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

import msgspec

from gateway.domain.event import Refusal
from gateway.domain.told import Told
from gateway.feeds import ga4, retail_events, segment
from gateway.feeds.columns import EVENTS
from gateway.feeds.heard import OTHER, Given, Heard, Home, objects, refused
from gateway.feeds.refusals import Unusable
from gateway.feeds.rows import Row, Source
from gateway.feeds.wording import Wording

COLUMNS = ("event_id", "type", "time", "session_id", "user_id", "visitor_id", "order_id", "heard")
"""What an import reads of them: `type` is the event's name there, `heard` the whole event in our words."""

_SAMPLE = 200  # objects by which a file is recognised
_NAMES = 200  # of events that are counted by name
_EXPORTED = frozenset({"event_params", "user_pseudo_id", "items", "ecommerce"})
_PRODUCTS = frozenset(EVENTS["product_id"].split()) - {"item", "product"}

_PLACE = re.compile(r"\[\d+\]")

_FIELDS = tuple(zip(Told.__struct_fields__, Told.__struct_encode_fields__, strict=True))
_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class Dialect:
    """Whose words, how an object of theirs is heard, and what our words are there."""

    name: str
    hear: Callable[[Given, Home], Iterable[Heard]]
    wording: Wording

    def refusal(self, refusal: Refusal) -> Refusal:
        """What is wrong with an event, as they would say it; not which of its items, for a file's reasons are counted."""
        said = self.wording.of(refusal)
        return replace(said, field=_PLACE.sub("", said.field))


@dataclass(slots=True)
class Tally:
    """What was heard: objects of the file; events by name that were kept, refused and dropped; titles of products."""

    things: int = 0
    kept: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    dropped: Counter[str] = field(default_factory=Counter)
    titles: dict[str, str] = field(default_factory=dict)

    def by_name(self) -> dict[str, dict[str, int]]:
        """Of each name what became of it, the most frequent first."""
        counters = {"kept": self.kept, "dropped": self.dropped, "refused": self.refused}
        names = (self.kept + self.dropped + self.refused).most_common()
        return {name: {what: counter[name] for what, counter in counters.items() if counter[name]} for name, _ in names}

    def note(self, counter: Counter[str], name: str) -> None:
        """Counts a name; of names without end the first ones."""
        name = name.encode("utf-8", "replace").decode()
        counter[name if name in counter or len(counter) < _NAMES else "other names"] += 1


def recognise(source: Source) -> Dialect | None:
    """Whose events these are; null where they are rows of columns."""
    if source.objects is None:
        return None
    sample = [told for _, told in islice(source.objects(), _SAMPLE) if isinstance(told, dict)]
    return next((dialect for dialect, is_it in _KNOWN if any(is_it(told) for told in sample)), None)


def as_heard(source: Source, dialect: Dialect, home: Home, tally: Tally) -> Source:
    """The same file as rows of ours: one an event, several on a line where the line tells several."""
    things = source.objects
    assert things is not None

    def rows() -> Iterator[Row]:
        for line, thing in things():
            tally.things += 1
            if isinstance(thing, Refusal):
                yield line, thing
                continue
            for heard in dialect.hear(thing, home):
                yield from ((line, row) for row in _rows(heard, tally))

    return Source(source.path, COLUMNS, rows)


def _rows(heard: Heard, tally: Tally) -> Iterator[Sequence[str | None] | Refusal]:
    tally.titles |= heard.titles
    if not heard.said:
        tally.note(tally.dropped, heard.name)
    for said in heard.said:
        if isinstance(said.told, Refusal):
            tally.note(tally.refused, heard.name)
            yield _located(said.at, said.told)
            continue
        try:
            yield _row(heard.name, said.told)
        except UnicodeEncodeError:
            tally.note(tally.refused, heard.name)
            yield _located(said.at, Refusal("text", "NOT_UTF8", "holds half a surrogate pair, which is no text"))


def _located(at: str, refusal: Refusal) -> Refusal:
    """The refusal with its field as they call it: `items.item_id`."""
    field = ".".join(filter(None, (at, refusal.field)))
    return Refusal(_PLACE.sub("", field), refusal.code, refusal.message)


def _row(name: str, told: Told) -> list[str | None]:
    name.encode()
    time = told.time.isoformat() if told.time else None
    said = {name: value for field, name in _FIELDS if (value := getattr(told, field)) not in (None, ())}
    return [told.id, name, time, told.session_id, told.user_id, told.visitor_id, told.order_id, _encode(said).decode()]


def _of_payload(given: Given, home: Home) -> Iterator[Heard]:
    try:
        yield from (heard for _, heard in ga4.hear_payload(given, home))
    except Unusable as unusable:
        yield refused(OTHER, unusable)


def _of_calls(given: Given, home: Home) -> Iterator[Heard]:
    """A call, or a batch of them."""
    for call in objects(given["batch"]) if "batch" in given else (given,):
        yield segment.hear(call, home, None)


def _is_exported(given: Given) -> bool:
    return {"event_name", "event_timestamp"} <= given.keys() and bool(_EXPORTED & given.keys())


def _is_payload(given: Given) -> bool:
    return isinstance(given.get("events"), list) and bool({"client_id", "app_instance_id"} & given.keys())


def _is_call(given: Given) -> bool:
    if isinstance(given.get("batch"), list):
        return True
    return given.get("type") in segment.KINDS and bool({"messageId", "anonymousId", "userId", "event"} & given.keys())


def _is_user_event(given: Given) -> bool:
    return {"eventType", "visitorId", "eventTime"} <= given.keys() and not _PRODUCTS & {name.casefold() for name in given}


_KNOWN: Sequence[tuple[Dialect, Callable[[Given], bool]]] = (
    (Dialect("GA4, exported by BigQuery", lambda row, home: (ga4.hear_row(row, home),), ga4.EXPORT_WORDING), _is_exported),
    (Dialect("GA4, Measurement Protocol", _of_payload, ga4.WORDING), _is_payload),
    (Dialect("Segment or RudderStack", _of_calls, segment.WORDING), _is_call),
    (
        Dialect("Google's Retail API", lambda event, home: (retail_events.hear(event, home),), retail_events.WORDING),
        _is_user_event,
    ),
)
