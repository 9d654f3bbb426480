"""What a placement lets through and prefers, in numbers of the page's checks, which the database makes on every product."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from gateway.domain.catalog import ProductId
from gateway.domain.page import ProductFilter
from gateway.domain.rule import RuleId


@dataclass(frozen=True, slots=True)
class Check:
    """What a product passes or not: a filter, some products, a price within shares of the seed's. What is null asks nothing."""

    filter: ProductFilter | None = None
    product_ids: tuple[ProductId, ...] | None = None
    seed: ProductId | None = None
    from_share: float | None = None
    to_share: float | None = None


@dataclass(frozen=True, slots=True)
class Push:
    """A boost or a burial: what passes the check has its score times `weight`; at 0 it comes after all else."""

    mark: int
    weight: float
    rule_id: RuleId


@dataclass(frozen=True, slots=True)
class Pin:
    """A slot, counted from 0, and what stands there: the first of the products that may be shown, else the best that passes."""

    slot: int
    mark: int
    rule_id: RuleId
    product_ids: Sequence[ProductId] = ()


@dataclass(frozen=True, slots=True)
class Cap:
    """At most `most` products of one value of the attribute, among those that pass the check; without attribute, in all."""

    mark: int
    most: int
    rule_id: RuleId
    attribute: str | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """One placement's. `any_of`: empty asks nothing. `who`: the rule that asks for a check."""

    all_of: frozenset[int] = frozenset()
    any_of: frozenset[int] = frozenset()
    none_of: frozenset[int] = frozenset()
    pushes: tuple[Push, ...] = ()
    pins: tuple[Pin, ...] = ()
    caps: tuple[Cap, ...] = ()
    require_available: bool = True
    rotation: bool = False
    who: Mapping[int, RuleId] = field(default_factory=dict)

    def admit(self, marks: Sequence[int]) -> bool:
        """Whether a product that passes these tests may stand here."""
        if not (self.all_of or self.any_of or self.none_of):
            return True
        held = set(marks)
        return self.all_of <= held and (not self.any_of or bool(self.any_of & held)) and not self.none_of & held


@dataclass(frozen=True, slots=True)
class Ask:
    """What is needed where memory proposes too little: the newest `wanted` products beside those, within the terms."""

    terms: Terms
    beside: frozenset[ProductId]
    wanted: int


class Checks:
    """The tests of one page, each once, by number."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._checks: list[Check] = []

    def number(self, check: Check) -> int:
        """The number of a check that asks the same."""
        said = repr(check)
        if said not in self._numbers:
            self._numbers[said] = len(self._checks)
            self._checks.append(check)
        return self._numbers[said]

    def __iter__(self) -> Iterator[Check]:
        return iter(self._checks)
