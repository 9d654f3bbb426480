"""What another system tells of a shop's visitors, in our words; and how its loosely written values are read."""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from gateway.domain.catalog import MarketId
from gateway.domain.currency import A_CODE, CURRENCIES
from gateway.domain.event import Refusal
from gateway.domain.told import Told, ToldLine, ToldMoney
from gateway.feeds import amounts, texts
from gateway.feeds.refusals import Unusable

Given = Mapping[str, Any]
"""A JSON object as it came."""

OTHER = "other"
_LONGEST = 256  # characters of a value that is kept beside an event
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NOTHING = frozenset({"", "(not set)", "(not provided)", "null", "undefined"})
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_NUMERIC = re.compile(r"\d{1,20}")


@dataclass(frozen=True, slots=True)
class Home:
    """Whose events these are: each market's currency, the market meant where none is named, the shop's own event types.

    `trusted`: the shop itself speaks, so that e-mail addresses and phone numbers may be used.
    """

    currencies: Mapping[MarketId, str] = field(default_factory=dict)
    market: MarketId | None = None
    own_types: frozenset[str] = frozenset()
    trusted: bool = False

    def market_of(self, given: Given) -> MarketId | None:
        """The market that an event names, where the shop has it; else the one that is meant."""
        named = MarketId(text(given.get("market")) or "")
        return named if named in self.currencies else self.market

    def currency_of(self, given: Given, *others: Given) -> str | None:
        """What the event's amounts are in: its own word, else the market's currency."""
        named = first_text(*(each.get("currency") for each in (given, *others)))
        if named is None:
            return self.currencies.get(self.market_of(given) or MarketId(""))
        if named.upper() not in CURRENCIES:
            raise Unusable("currency", "BAD_CURRENCY", f"{named[:40]!r} is no currency; {A_CODE}")
        return named.upper()


@dataclass(frozen=True, slots=True)
class Said:
    """One event in our words, or why there is none; and where it stands in theirs, as `items[1]`."""

    told: Told | Refusal
    at: str = ""


@dataclass(frozen=True, slots=True)
class Heard:
    """One event of another system. `name`: what it is called there; `known`: whether that is a word of theirs that we know.

    Nothing `said`: it is no matter of ours, and dropped.
    """

    name: str
    said: Sequence[Said] = ()
    known: bool = True
    titles: Mapping[str, str] = field(default_factory=dict)

    @property
    def counted_as(self) -> str:
        """The name to count it by: of those there can be many only the ones we know."""
        return self.name if self.known else OTHER


def heard(name: str, said: Iterable[Said], titles: Mapping[str, str] | None = None) -> Heard:
    """What is said one by one; where something cannot be used, why."""
    return Heard(name, list(_usable(said)), titles=titles or {})


def _usable(said: Iterable[Said]) -> Iterator[Said]:
    try:
        yield from said
    except Unusable as unusable:
        yield Said(unusable.refusal)


def refused(name: str, unusable: Unusable, at: str = "") -> Heard:
    """An event of which nothing can be used."""
    return Heard(name, [Said(unusable.refusal, at)])


def text(value: object) -> str | None:
    """A text; a number is one too. Null for what stands for nothing, `(not set)` included, and for lists and objects."""
    if isinstance(value, str):
        shown = value.strip()
        return None if shown.casefold() in _NOTHING else shown
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def first_text(*values: object) -> str | None:
    """The first that is one."""
    return next((found for value in values if (found := text(value))), None)


def objects(value: object) -> list[Given]:
    """The objects of a list; an object alone is a list of one."""
    if isinstance(value, Mapping):
        return [value]
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list) else []


def an_object(value: object) -> Given:
    """The object, or an empty one."""
    return value if isinstance(value, Mapping) else {}


def price(value: object, currency: str | None, at: str = "price") -> ToldMoney | None:
    """An amount in units of the currency, as 19.99; null where there is none, or nobody says what it is in."""
    told = text(value)
    if told is None or currency is None:
        return None
    amount = amounts.money(amounts.exactly(value) if isinstance(value, float) else told, currency, at)
    return ToldMoney(amount.minor_units, amount.currency)


def line(given: Given, product_id: str, at: str, currency: str | None) -> ToldLine:
    """One product of an order, which stands at `at`; Unusable where it has a price and nobody says what that is in."""
    if currency is None and text(given.get("price")):
        raise Unusable("currency", "MISSING", "is needed where the shop's markets have several: name it, as in EUR")
    paid = price(given.get("price"), currency, f"{at}.price")
    return ToldLine(product_id, count(given.get("quantity"), f"{at}.quantity"), paid)


def count(value: object, at: str = "quantity") -> int | None:
    """A whole number; null where there is none."""
    told = text(value)
    return None if told is None else amounts.whole(told, at)


def place(value: object) -> int | None:
    """A position; null where it is a word, such as `home_banner_top`."""
    told = text(value)
    return int(told) if told and told.isdecimal() and len(told) < 6 else None  # noqa: PLR2004  (past 32767 anyway)


def recommendation(*given: Given) -> str | None:
    """The id of a recommendation of ours. In `recommendation_id` others may keep theirs: what is no UUID there is passed over."""
    if ours := first_text(*(each.get("endcap_recommendation_id") for each in given)):
        return ours
    named = (each.get(name) for each in given for name in ("recommendation_id", "recommendationId"))
    return next((told for told in named if isinstance(told, str) and _UUID.fullmatch(told)), None)


def session(client: str | None, told: object) -> str | None:
    """The session's id. One that is a number is the moment it began, which others can guess: it stands only with the client's id.

    Where none is told, the session is all that the client does.
    """
    named = text(told)
    if named is None or not _NUMERIC.fullmatch(named):
        return named or client
    return f"{client}.{named}" if client else None


def microseconds(value: object, at: str) -> datetime | None:
    """A moment in microseconds since 1970."""
    told = text(value)
    try:
        return None if told is None else _EPOCH + timedelta(microseconds=amounts.whole(told, at))
    except OverflowError:
        raise Unusable(at, "OUT_OF_RANGE", f"{told!r:.40} is no Unix time in microseconds") from None


def iso_moment(value: object, at: str) -> datetime | None:
    """A moment as ISO 8601, UTC where it says nothing else."""
    told = text(value)
    return None if told is None else texts.moment(told, at)


def beside(given: Given, names: Iterable[str]) -> dict[str, Any] | None:
    """What is kept with the event as its properties: texts and numbers by these names."""
    found = {name: value[:_LONGEST] if isinstance(value, str) else value for name in names if text(value := given.get(name))}
    return found or None


def fingerprint(*parts: object) -> str:
    """The same of the same parts, on every machine and day."""
    told = "\x1f".join("" if part is None else str(part) for part in parts)
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()[:32]
