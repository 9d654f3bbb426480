"""Twenty experiments that change nothing, through the whole system: their figures are those of the raw data, and few find anything."""

from dataclasses import dataclass
from random import Random

import pytest
from scipy import stats

from gateway.domain.statistics.intervals import Comparison, compare
from gateway.domain.statistics.look import Fixed, Look
from gateway.domain.statistics.many import holm
from gateway.domain.statistics.sequential import AlwaysValid, GroupSequential
from gateway.store.recounting import Recounting
from tests.experiments.raw import IDS, METRICS, STARS_CAP, Books, Met, days, meetings, people
from tests.experiments.telling import expose, exposed, of, pairs, result, tell, tried, units, warned

TWENTY = 20
PEOPLE = 440
PLANNED = 500
KINDS = ("SESSION", "SESSION", "VISITOR", "USER")
MODES = ("FIXED", "GROUP_SEQUENTIAL", "ALWAYS_VALID")
GOALS = (["conversion"], ["click_through_rate"], ["revenue_per_unit", "clicked"], ["stars"], ["average_order_value"])
OWN = """mutation ($cap: Float!) { upsertMetric(input: {key: "stars", name: "Stars", kind: MEAN, eventType: "rating.value", cap: $cap}) { key } }"""
AT_MOST = 4  # of twenty at alpha = 0.05: more come by chance once in four hundred times


@dataclass(frozen=True, slots=True)
class Alike:
    """An experiment of two variants that do the same."""

    number: int
    met: list[Met]

    @property
    def key(self) -> str:
        return f"alike-{self.number}"

    @property
    def kind(self) -> str:
        return KINDS[self.number % len(KINDS)]

    @property
    def goals(self) -> list[str]:
        return GOALS[self.number % len(GOALS)]

    @property
    def mode(self) -> str:
        return MODES[self.number % len(MODES)]

    @property
    def planned(self) -> int:
        return PLANNED if self.mode == "GROUP_SEQUENTIAL" else 100

    @property
    def look(self) -> Look:
        """By which its one look is decided."""
        if self.mode == "FIXED":
            return Fixed()
        return GroupSequential((PEOPLE / PLANNED,)) if self.mode == "GROUP_SEQUENTIAL" else AlwaysValid(self.planned)


async def test_of_twenty_that_change_nothing_few_find_anything_and_every_figure_is_that_of_the_raw_data(client, stores, shop):
    rng = Random(4)
    everyone = people(rng, PEOPLE)
    deeds, told = days(rng, everyone)
    books, found = Books(deeds), 0
    twenty = [Alike(number, meetings(rng, everyone)) for number in range(TWENTY)]
    await _begin(client, twenty)
    half = len(told) // 2  # some is told before anybody was exposed, some after
    assert (await tell(client, *told[:half]))["errors"] == []
    exposures = [row for each in twenty for row in _exposures(each)]
    assert await expose(client, *exposures) == {"accepted": TWENTY * PEOPLE, "duplicates": 0, "errors": []}
    assert (await tell(client, *told[half:]))["errors"] == []
    for each in twenty:
        found += _check(each, books, await result(client, stores, each.key))
    assert found <= AT_MOST
    counting = Recounting(stores.db)
    for stretch in await counting.stretches(shop.tenant_id, None):
        assert not (await counting.recount(shop.tenant_id, stretch, mend=False)).told


async def _begin(client, twenty) -> None:
    await client.data(OWN, "admin", cap=STARS_CAP)
    for each in twenty:
        plan = {"goals": each.goals, "mode": each.mode, "plannedUnits": each.planned}
        await tried(client, each.key, unit=each.kind, **plan)


def _exposures(each: Alike):
    for met in each.met:
        unit = met.person.unit(each.kind, met.visit)
        yield exposed(unit, ("control", "other")[met.variant], met.at, each.key, IDS[each.kind])


def _check(each: Alike, books: Books, told) -> bool:
    """Every figure against the raw data; whether a goal was found to differ."""
    counts = [sum(met.variant == variant for met in each.met) for variant in (0, 1)]
    assert (units(told), told["openUnits"], told["look"]) == (counts, 0, 1)
    assert told["health"]["srmP"] == pytest.approx(stats.chisquare(counts).pvalue)
    assert "SAMPLE_RATIO" not in warned(told)
    figures = books.figures(each.kind, each.met)
    for metric, (control, variant) in figures.items():
        _agrees(of(told, metric, 0), control.value, None)
        _agrees(of(told, metric), variant.value, compare(control, variant, each.look))
    adjusted = holm([compare(*figures[goal], each.look).p for goal in each.goals])
    assert [of(told, goal)["pAdjusted"] for goal in each.goals] == pytest.approx(adjusted)
    assert [of(told, goal)["significant"] for goal in each.goals] == [p is not None and p < 0.05 for p in adjusted]
    assert {metric["metric"]["key"] for metric, _ in pairs(told)} >= METRICS.keys()
    return any(of(told, goal)["significant"] for goal in each.goals)


def _agrees(shown, value: float, beside: Comparison | None) -> None:
    assert shown["value"] == pytest.approx(value, rel=1e-9)
    assert shown["preliminary"] is False
    if beside is None:
        assert shown["difference"] is None
        return
    assert beside.interval is not None
    spread = (beside.difference, beside.interval.low, beside.interval.high)
    assert list(shown["difference"].values()) == pytest.approx(list(spread), rel=1e-9, abs=1e-12)
    assert shown["p"] == pytest.approx(beside.p, rel=1e-9)
    if beside.lift_interval is None:
        assert shown["lift"] is None
    else:
        lift = (beside.lift, beside.lift_interval.low, beside.lift_interval.high)
        assert list(shown["lift"].values()) == pytest.approx(list(lift), rel=1e-9, abs=1e-12)
