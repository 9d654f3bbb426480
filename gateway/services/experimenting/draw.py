"""Draw two lists into one: the sides of a pair pick in turn, and each product remembers whose pick it was."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from gateway.domain.filling import values_of
from gateway.domain.ranking import Recommendation
from gateway.domain.statistics.interleaving import Team, draft
from gateway.domain.terms import Terms
from gateway.store.goods import Rack

Side = tuple[Sequence[Recommendation], Terms]
"""What a side would show alone, and under which terms."""


def drawn(a: Side, b: Side, rack: Rack, coins: Iterable[bool], count: int) -> list[Recommendation]:
    """One list of both: what is pinned on both sides stays where it is and is nobody's; of a group one; no cap exceeded."""
    fixed = _fixed(a, b)
    keys = {_key(each) for each in fixed.values()}
    picks = {
        team: {_key(each): each for each in shown if _key(each) not in keys} for team, (shown, _) in ((Team.A, a), (Team.B, b))
    }
    held = _Held(rack, {Team.A: a[1], Team.B: b[1]}, fixed.values())

    def may(key: str, team: Team) -> bool:
        return held.admits(picks[team][key], team)

    found = draft(list(picks[Team.A]), list(picks[Team.B]), coins, count - len(fixed), may)
    rest = iter([replace(picks[team][key], team=team.value) for key, team in found])
    length = len(fixed) + len(found)
    late = [fixed[slot] for slot in sorted(fixed) if slot >= length]
    return [fixed[slot] if slot in fixed else next(rest, None) or late.pop(0) for slot in range(length)]


class _Held:
    """How much of each cap's values is in the list already."""

    def __init__(self, rack: Rack, terms: Mapping[Team, Terms], fixed: Iterable[Recommendation]) -> None:
        self._rack = rack
        self._terms = terms
        self._held: Mapping[Team, Counter[tuple[int, str]]] = {team: Counter() for team in terms}
        for each in fixed:
            self._add(each)

    def admits(self, shown: Recommendation, team: Team) -> bool:
        """Whether the product may be picked; then it is."""
        caps = self._terms[team].caps
        if any(self._held[team][number, value] >= caps[number].most for number, value in self._counted(shown, team)):
            return False
        self._add(shown)
        return True

    def _add(self, shown: Recommendation) -> None:
        for team, held in self._held.items():
            held.update(self._counted(shown, team))

    def _counted(self, shown: Recommendation, team: Team) -> Iterator[tuple[int, str]]:
        caps = self._terms[team].caps
        standing = self._rack.standing(shown.product.product_id) if caps else None
        for number, cap in enumerate(caps):
            if standing and cap.mark in standing.marks:
                yield from ((number, value) for value in (values_of(shown.product, cap.attribute) if cap.attribute else ("",)))


def _fixed(a: Side, b: Side) -> dict[int, Recommendation]:
    """By slot, what a rule pins on both sides."""
    ours, theirs = (_pinned(*side) for side in (a, b))
    return {slot: shown for slot, shown in ours.items() if any(shown.product == each.product for each in theirs.values())}


def _pinned(shown: Sequence[Recommendation], terms: Terms) -> dict[int, Recommendation]:
    pins = {pin.rule_id for pin in terms.pins}
    return {slot: each for slot, each in enumerate(shown) if each.rule_id in pins} if pins else {}


def _key(shown: Recommendation) -> str:
    """What is one choice for a visitor: variants of a product are."""
    product = shown.product
    return f"p:{product.product_id}" if product.group_id is None else f"g:{product.group_id}"
