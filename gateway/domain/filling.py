"""From candidates of several strategies to the list that is shown: nothing twice, nothing forbidden, full."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from gateway.domain.catalog import Product, ProductId
from gateway.domain.placement import StrategyName
from gateway.domain.ranking import Candidate, FallbackLevel, Goods, Recommendation, Rung, Standing
from gateway.domain.rule import RuleId
from gateway.domain.terms import Cap, Pin, Terms

_LIKED, _DISLIKED = 1.25, 0.5
_SUNK = 0.7  # of the score, for each time that it was seen and not clicked
_MOST_SIGHTS = 10


@dataclass(slots=True)
class Taken:
    """What the page shows already, or must not: products, and groups of variants."""

    products: set[ProductId] = field(default_factory=set)
    groups: set[str] = field(default_factory=set)

    def add(self, product: Product) -> None:
        """Notes a product that is shown now."""
        self.products.add(product.product_id)
        if product.group_id is not None:
            self.groups.add(product.group_id)


@dataclass(frozen=True, slots=True)
class Dropped:
    """A candidate that is not shown, and why."""

    product_id: ProductId
    strategy: StrategyName
    code: str
    rule_id: RuleId | None = None


def fill(
    rungs: Iterable[Rung], goods: Goods, terms: Terms, count: int, taken: Taken, dropped: list[Dropped] | None = None
) -> list[Recommendation]:
    """Up to `count` products, pins at their slots, the rest rung by rung; each once, one of a group, and all within the terms.

    What is chosen is added to `taken`. What is looked at and not chosen is told to `dropped`, where that is wanted.
    """
    return _Filler(goods, terms, count, taken, dropped).fill(list(rungs))


class _Filler:
    """One placement while it is filled."""

    def __init__(self, goods: Goods, terms: Terms, count: int, taken: Taken, dropped: list[Dropped] | None) -> None:
        self._goods = goods
        self._terms = terms
        self._count = count
        self._taken = taken
        self._dropped = dropped
        self._held: Counter[tuple[int, str]] = Counter()  # of each cap and value

    def fill(self, rungs: Sequence[Rung]) -> list[Recommendation]:
        pinned = self._pinned(rungs)
        wanted = self._count - len(pinned)
        chosen: list[Recommendation] = []
        late: list[tuple[Rung, Candidate, RuleId | None]] = []
        for rung in rungs:
            for candidate, weight, rule_id in self._ranked(rung):
                if len(chosen) == wanted and self._dropped is None:
                    break
                if weight == 0:
                    late.append((rung, candidate, rule_id))
                else:
                    self._offer(chosen, wanted, rung, candidate, rule_id)
        for rung, candidate, rule_id in late:
            self._offer(chosen, wanted, rung, candidate, rule_id)
        return _merged(pinned, chosen)

    def _pinned(self, rungs: Sequence[Rung]) -> dict[int, Recommendation]:
        """What stands at a fixed slot. A slot that is taken already gives way to the next."""
        found: dict[int, Recommendation] = {}
        for pin in self._terms.pins:
            free = next((slot for slot in range(pin.slot, self._count) if slot not in found), None)
            if free is not None and (chosen := self._pin(pin, rungs)):
                found[free] = chosen
        return found

    def _pin(self, pin: Pin, rungs: Sequence[Rung]) -> Recommendation | None:
        named = Rung(StrategyName.CURATED, FallbackLevel.NONE, [Candidate(product_id, 1.0) for product_id in pin.product_ids])
        for rung in [named] if pin.product_ids else rungs:
            for candidate in rung.candidates:
                for product_id in (candidate.product_id, *self._goods.stand_ins(candidate.product_id)):
                    standing = self._goods.standing(product_id)
                    if standing and pin.mark in standing.marks and not self._fault(product_id, standing)[0]:
                        return self._take(product_id, standing, named, Candidate(product_id, 1.0), pin.rule_id)
        return None

    def _ranked(self, rung: Rung) -> Iterable[tuple[Candidate, float, RuleId | None]]:
        """The rung's candidates with what weighs on them; in another order where anything does."""
        if not (self._terms.pushes or self._terms.rotation or self._goods.leans):
            return ((candidate, 1.0, None) for candidate in rung.candidates)
        weighed = [(candidate, *self._weight(candidate)) for candidate in rung.candidates]
        return sorted(weighed, key=lambda each: -each[0].score * each[1])

    def _weight(self, candidate: Candidate) -> tuple[float, RuleId | None]:
        standing = self._goods.standing(candidate.product_id)
        if standing is None:
            return 1.0, None
        weight, strongest = 1.0, None
        for push in self._terms.pushes:
            if push.mark in standing.marks:
                weight *= push.weight
                strongest = strongest or push.rule_id
        if standing.leaning:
            weight *= _LIKED if standing.leaning > 0 else _DISLIKED
        if self._terms.rotation and standing.sights:
            weight *= _SUNK ** min(standing.sights, _MOST_SIGHTS)
        return weight, strongest

    def _offer(self, chosen: list[Recommendation], wanted: int, rung: Rung, candidate: Candidate, rule_id: RuleId | None) -> None:
        """Takes the candidate, or the best variant that stands in for it, where either may be shown."""
        code: str | None = None
        because: RuleId | None = None
        for product_id in (candidate.product_id, *self._goods.stand_ins(candidate.product_id)):
            standing = self._goods.standing(product_id)
            found, by = ("NOT_SHOWN", None) if standing is None else self._fault(product_id, standing)
            if standing and not found:
                if len(chosen) < wanted:
                    chosen.append(self._take(product_id, standing, rung, candidate, rule_id))
                    return
                found = "OUTRANKED"
            code, because = (found, by) if code is None else (code, because)
        if self._dropped is not None and code:
            self._dropped.append(Dropped(candidate.product_id, rung.strategy, code, because))

    def _fault(self, product_id: ProductId, standing: Standing) -> tuple[str | None, RuleId | None]:
        """Why a product may not stand here, if it may not."""
        terms = self._terms
        if product_id in self._taken.products:
            return "TAKEN", None
        if standing.group_id is not None and standing.group_id in self._taken.groups:
            return "VARIANT_TAKEN", None
        if terms.require_available and not standing.available:
            return "SOLD_OUT", None
        if not terms.admit(standing.marks):
            return self._refusal(set(standing.marks))
        for cap, key in self._capped(product_id, standing):
            if self._held[key] >= cap.most:
                return "CAPPED", cap.rule_id
        return None, None

    def _refusal(self, marks: set[int]) -> tuple[str, RuleId | None]:
        """Which test a product has failed that the terms do not admit."""
        terms = self._terms
        for mark in sorted(terms.all_of - marks):
            return ("OUT_OF_PRICE_BAND", terms.who[mark]) if mark in terms.who else ("FILTERED", None)
        for mark in sorted(terms.none_of & marks):
            return "EXCLUDED", terms.who.get(mark)
        return "NOT_INCLUDED", terms.who.get(min(terms.any_of, default=-1))

    def _capped(self, product_id: ProductId, standing: Standing) -> Iterator[tuple[Cap, tuple[int, str]]]:
        """The caps that count a product, once for each of its values."""
        for number, cap in enumerate(self._terms.caps):
            if cap.mark in standing.marks:
                values = values_of(self._goods.product(product_id), cap.attribute) if cap.attribute else ("",)
                yield from ((cap, (number, value)) for value in values)

    def _take(
        self, product_id: ProductId, standing: Standing, rung: Rung, candidate: Candidate, rule_id: RuleId | None
    ) -> Recommendation:
        product = self._goods.product(product_id)
        self._held.update(key for _, key in self._capped(product_id, standing))
        self._taken.add(product)
        seed_title = self._goods.title(candidate.seed) if candidate.seed else None
        return Recommendation(product, candidate.score, rung.strategy, rung.level, candidate.seed, seed_title, rule_id)


def values_of(product: Product, attribute: str) -> tuple[str, ...]:
    """What a product says under one of the names of `COUNTED`, or as `attributes.x`. `category`: its own, the first."""
    if attribute.startswith("attributes."):
        return tuple(str(value) for value in product.attributes.get(attribute.partition(".")[2], ()))
    own = product.category_ids[0] if product.category_ids else None
    named = {"brand": product.brand, "category": own, "itemType": product.item_type, "genre": product.genre}
    value = named[attribute]
    return () if value is None else (value,)


COUNTED = ("brand", "category", "itemType", "genre")
"""What a cap may count, beside `attributes.x`."""


def _merged(pinned: Mapping[int, Recommendation], chosen: Sequence[Recommendation]) -> list[Recommendation]:
    """The chosen in their order around what is pinned; a pin whose slot the list does not reach comes after them."""
    length = len(pinned) + len(chosen)
    late = (pinned[slot] for slot in sorted(pinned) if slot >= length)
    rest = iter((*chosen, *late))
    return [pinned[slot] if slot in pinned else next(rest) for slot in range(length)]
