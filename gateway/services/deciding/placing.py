"""A placement as it is told, judged: whatever can never work is refused before it is kept."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from gateway.domain.placement import MAX_COUNT, PAGE, PageType, Placement, PlacementId, StrategyName, misplaced, page_type_of
from gateway.errors import BadInput
from gateway.services.deciding.reading import Reader
from gateway.strategies import cart, curated

MAX_DEADLINE = 10_000  # milliseconds
_MAX_MESSAGE = 200

_NAMES = frozenset(
    ("id", "strategies", "count", "messages", "fallback", "requireAvailable", "deadlineMs", "diversity", "rotation", "parameters")
)


def read_placement(said: Mapping[str, Any]) -> Placement:
    """The placement; BadInput names what cannot be, and says what would be right."""
    told = Reader(said, _NAMES)
    placement_id = _id(told)
    strategies = told.words("strategies", StrategyName)
    _check_page(told, page_type_of(placement_id), strategies)
    diversity = told.number("diversity")
    if diversity is not None and not 0 <= diversity <= 1:
        raise told.refuse("diversity", "must be from 0 to 1; 1 is off")
    plain = Placement(placement_id, strategies, told.whole("count", 1, MAX_COUNT) or 12)
    return Placement(
        placement_id=placement_id,
        strategies=strategies,
        count=plain.count,
        messages=told.translated("messages", _MAX_MESSAGE),
        fallback=told.flag("fallback") is not False,
        require_available=told.flag("requireAvailable") is not False,
        deadline_ms=told.whole("deadlineMs", 1, MAX_DEADLINE) or plain.deadline_ms,
        diversity=plain.diversity if diversity is None else float(diversity),
        rotation=told.flag("rotation") or False,
        parameters=_parameters(told, strategies),
    )


def _id(told: Reader) -> PlacementId:
    placement_id = told.text("id") or ""
    if not PAGE.fullmatch(placement_id):
        raise told.refuse("id", f"must be page_type_page.name, as in item_page.similar; page types: {', '.join(PageType)}")
    return PlacementId(placement_id)


def _check_page(told: Reader, page_type: PageType, strategies: tuple[StrategyName, ...]) -> None:
    """Refuses a strategy that the page can never tell what it needs."""
    for place, name in enumerate(strategies):
        if fault := misplaced(name, page_type):
            raise told.refuse(f"strategies.{place}", fault)


def _parameters(told: Reader, strategies: tuple[StrategyName, ...]) -> Mapping[str, Any]:
    """What the placement says to its strategies: names that one of them reads."""
    said = told.object("parameters")
    readable = [name for name, (reader, _) in PARAMETERS.items() if reader in strategies]
    for name, value in said.items():
        at = told.field(f"parameters.{name}")
        if name not in readable:
            raise BadInput(f"none of the placement's strategies reads it; they read {', '.join(readable) or 'nothing'}", field=at)
        if isinstance(value, str) and value.startswith("$") and len(value) > 1:
            continue  # the first value of that name in the request's context
        if not PARAMETERS[name][1](value):
            raise BadInput(_PARAMETER_SAYS[name], field=at)
    return dict(said)


def _is_list_name(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= 256  # noqa: PLR2004


def _is_few(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MAX_COUNT


PARAMETERS: Mapping[str, tuple[StrategyName, Callable[[Any], bool]]] = MappingProxyType(
    {curated.LIST: (StrategyName.CURATED, _is_list_name), cart.PER_CATEGORY: (StrategyName.CART, _is_few)}
)
"""What strategies read of a placement's parameters: whose it is, and which values can be."""

_PARAMETER_SAYS = {
    curated.LIST: "must be a list's id, or $name for the first value of that name in the request's context",
    cart.PER_CATEGORY: f"must be a whole number from 0 (no limit) to {MAX_COUNT}, or $name of the request's context",
}
