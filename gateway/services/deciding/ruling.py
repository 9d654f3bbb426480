"""A rule as it is told, judged: what is of a wrong type, of no known name, or not of its kind is refused before it is kept."""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID, uuid4

from gateway.domain.filling import COUNTED
from gateway.domain.notation import FIGURES, LISTS, NAMED, match_of
from gateway.domain.placement import MAX_COUNT, PAGE, PageType, PlacementId
from gateway.domain.rule import Match, Rule, RuleId, RuleKind
from gateway.errors import BadInput, LimitExceeded
from gateway.services.deciding.aiming import read_condition
from gateway.services.deciding.reading import MAX_AMOUNT, MAX_VALUES, Reader

MAX_WEIGHT = 1000
MAX_PRIORITY = 1_000_000
_MAX_SHARE = 100  # of the seed's price
_MAX_RATING = 1e6

_RULE = frozenset(
    ("id", "kind", "placement", "priority", "when", "match", "slot", "weight", "cap", "startsAt", "endsAt", "timeZone")
)
_ABOUT = frozenset((*FIGURES, *LISTS, *NAMED, "productIds", "bought"))
_OF_KIND = {
    RuleKind.PIN: "slot", RuleKind.CAP: "cap", RuleKind.BOOST: "weight", RuleKind.BURY: "weight"
}  # fmt: skip


def read_rule(said: Mapping[str, Any]) -> Rule:
    """The rule, with an id of its own where none is told; BadInput names what cannot be, and says what would be right."""
    told = Reader(said, _RULE)
    kind = told.one_of("kind", RuleKind)
    for name in ("slot", "cap", "weight"):
        if name in told and _OF_KIND.get(kind) != name:
            raise told.refuse(name, f"says nothing to a rule of kind {kind}")
    starts, ends = told.moment("startsAt"), told.moment("endsAt")
    if starts and ends and starts >= ends:
        raise told.refuse("endsAt", "must be after startsAt")
    return Rule(
        rule_id=read_id(told.text("id") or str(uuid4())),
        kind=kind,
        match=read_match(kind, said.get("match")),
        placement_id=_placement(told),
        priority=told.whole("priority", -MAX_PRIORITY, MAX_PRIORITY) or 0,
        when=read_condition(told, "when"),
        slot=_slot(told, kind),
        weight=_weight(told, kind),
        cap=_cap(told, kind),
        starts_at=starts,
        ends_at=ends,
        time_zone=told.time_zone("timeZone"),
    )


def read_match(kind: RuleKind, said: Any) -> Match:
    """What the rule is about, in the words of its kind."""
    if kind is RuleKind.PRICE_BAND:
        return _band(Reader(said, ("from", "to"), "match"))
    told = Reader(said, _ABOUT | {"attribute"} if kind is RuleKind.CAP else _ABOUT, "match")
    kept: dict[str, Any] = {name: told.texts(name) for name in (*LISTS, "productIds")}
    kept |= {name: told.named(name) for name in NAMED}
    kept |= {name: told.whole(name, 0, MAX_AMOUNT) for name in ("minPrice", "maxPrice")}
    kept |= {"onSale": told.flag("onSale"), "bought": told.flag("bought") or None, "minRating": told.number("minRating")}
    if kept["minRating"] is not None and not 0 <= kept["minRating"] <= _MAX_RATING:
        raise told.refuse("minRating", "must be a rating, 0 or above")
    if None not in (kept["minPrice"], kept["maxPrice"]) and kept["minPrice"] > kept["maxPrice"]:
        raise told.refuse("maxPrice", "must not be below minPrice")
    if sum(_sizes(kept)) > MAX_VALUES:
        raise LimitExceeded(f"at most {MAX_VALUES} values in all", field="match")
    kept["attribute"] = told.text("attribute")
    if kept["attribute"] is not None and not _is_counted(kept["attribute"]):
        raise told.refuse("attribute", f"must be one of {', '.join(COUNTED)}, or attributes.x for the attribute x")
    return match_of({name: value for name, value in kept.items() if value is not None})


def _sizes(kept: Mapping[str, Any]) -> Iterator[int]:
    for value in kept.values():
        if isinstance(value, tuple):
            yield len(value)
        elif isinstance(value, dict):
            yield from map(len, value.values())


def _is_counted(attribute: str) -> bool:
    return attribute in COUNTED or (attribute.startswith("attributes.") and len(attribute) > len("attributes."))


def _band(told: Reader) -> Match:
    """From and to which share of the seed's price."""
    band = told.number("from"), told.number("to")
    for name, share in zip(("from", "to"), band, strict=True):
        if share is not None and not 0 < share <= _MAX_SHARE:
            raise told.refuse(name, f"must be a share of the seed's price, above 0 and at most {_MAX_SHARE}, such as 0.8")
    if band == (None, None):
        raise told.refuse("from", 'must be told, or match.to, as in {"from": 0.8, "to": 1.5}')
    if None not in band and band[0] > band[1]:  # type: ignore[operator]
        raise told.refuse("to", "must not be below from")
    return Match(band=band)


def read_id(given: str) -> RuleId:
    """The id of a rule as it is kept; BadInput where it cannot be one."""
    try:
        return RuleId(str(UUID(given)))
    except ValueError:
        raise BadInput("must be a UUID; a new rule needs none", field="id") from None


def _placement(told: Reader) -> PlacementId | None:
    placement_id = told.text("placement")
    if placement_id is not None and not PAGE.fullmatch(placement_id):
        raise told.refuse("placement", f"must be page_type_page.name, or null for all; page types: {', '.join(PageType)}")
    return placement_id and PlacementId(placement_id)  # type: ignore[return-value]


def _slot(told: Reader, kind: RuleKind) -> int | None:
    slot = told.whole("slot", 0, MAX_COUNT - 1)
    if kind is RuleKind.PIN and slot is None:
        raise told.refuse("slot", "must be told: the place of the pin, counted from 0")
    return slot


def _cap(told: Reader, kind: RuleKind) -> int | None:
    cap = told.whole("cap", 1, MAX_COUNT)
    if kind is RuleKind.CAP and cap is None:
        raise told.refuse("cap", "must be told: how many products of one value may stand there")
    return cap


def _weight(told: Reader, kind: RuleKind) -> float | None:
    weight = told.number("weight")
    if weight is not None and kind is RuleKind.BOOST and not 1 < weight <= MAX_WEIGHT:
        raise told.refuse("weight", f"must be above 1 and at most {MAX_WEIGHT}: a boost multiplies scores")
    if weight is not None and kind is RuleKind.BURY and not 0 <= weight < 1:
        raise told.refuse("weight", "must be from 0 to below 1: at 0 a product comes after all else")
    return weight
