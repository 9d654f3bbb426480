"""Whether the split of units is believed: a broken one is said above every figure, a sound one never."""

from collections.abc import Iterator
from datetime import UTC, datetime
from random import Random

import pytest

from gateway.domain.experiment import AssignmentSource, Exposed
from gateway.domain.visitor import SessionId, Visitor
from gateway.store.exposures import ExposureStore, Told
from tests.experiments.telling import (
    DAY,
    LONG_AGO,
    bought,
    expose,
    exposed,
    result,
    sessions,
    settled,
    tell,
    tried,
    units,
    warned,
)
from tests.faces.experiments import stopped, update

UNEVEN = [{"key": "control", "weight": 0.8}, {"key": "other", "weight": 0.2}]


async def come(client, *counts: int, prefix: str = "s", at=LONG_AGO) -> None:
    """So many units of each variant."""
    for variant, number in zip(("control", "other", "third"), counts, strict=False):
        await expose(client, *(exposed(unit, variant, at) for unit in sessions(f"{prefix}{variant}", number)))


@pytest.mark.parametrize(("counts", "broken"), [((1040, 960), False), ((1240, 760), True)])
async def test_a_broken_split_is_flagged_whatever_the_figures_say_and_a_sound_one_is_not(client, stores, counts, broken):
    await tried(client)
    await come(client, *counts)
    buyers = [*sessions("scontrol", 60), *sessions("sother", 160)]
    await tell(client, *(bought(unit, LONG_AGO + DAY / 2) for unit in buyers))
    told = await result(client, stores)
    assert units(told) == list(counts)
    assert ("SAMPLE_RATIO" in warned(told)) is broken
    assert (told["health"]["srmP"] < 0.001) is broken
    assert told["health"]["ok"] is not broken or "SUSPICIOUS_CHANGE" in warned(told)
    assert told["verdict"]["decision"] != "SHIP"


async def test_once_it_is_stopped_one_look_at_the_split_is_enough(client, stores):
    await tried(client)
    await come(client, 560, 440)
    told = await result(client, stores)
    assert told["health"]["srmP"] < 0.001
    assert "SAMPLE_RATIO" not in warned(told)  # looked at for ever, as much comes by chance
    await stopped(client, "trial")
    assert "SAMPLE_RATIO" in warned(await result(client, stores))


async def test_weights_that_are_not_even_are_what_the_split_is_held_against(client, stores):
    await tried(client, variants=UNEVEN)
    await come(client, 808, 192)
    told = await result(client, stores)
    assert [each["expectedShare"] for each in told["exposures"]] == pytest.approx([0.8, 0.2])
    assert told["health"]["srmP"] > 0.4


async def test_where_weights_changed_on_the_way_each_unit_is_held_against_those_of_its_moment_and_that_is_said(client, stores):
    """Where units keep their variant weights may change: what came before was not split wrongly because of that. But the arms are
    of different times then, and a difference between the times is none between the variants.
    """
    await tried(client, sticky=True)
    await come(client, 500, 500)
    await settled(client, stores)
    await update(client, "trial", variants=UNEVEN)
    told = await result(client, stores)
    assert [each["expectedShare"] for each in told["exposures"]] == pytest.approx([0.5, 0.5])
    assert told["health"]["srmP"] == pytest.approx(1)
    assert not warned(told) & {"SAMPLE_RATIO", "WEIGHTS_CHANGED"}
    await come(client, 400, 100, prefix="new", at=datetime.now(UTC))
    told = await result(client, stores)
    assert [each["expectedShare"] for each in told["exposures"]] == pytest.approx([0.6, 0.4])
    assert told["health"]["srmP"] == pytest.approx(1)
    assert "SAMPLE_RATIO" not in warned(told)
    assert ("WEIGHTS_CHANGED" in warned(told), told["health"]["ok"]) == (True, False)
    await update(client, "trial", variants=UNEVEN, newPhase=True)
    assert "WEIGHTS_CHANGED" not in warned(await result(client, stores))


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize(("share", "broken"), [(0.52, True), (0.5, False)])
async def test_a_true_52_to_48_of_100_000_is_flagged_and_50_to_50_is_not(client, stores, shop, share, broken):
    """Each unit's variant is thrown, and kept in the batches of an import."""
    await tried(client, plannedUnits=100_000)
    [number] = [row["experiment_id"] for row in await client.rows("select experiment_id from experiment")]
    thrown = list(_thrown(Random(1), shop.tenant_id, number, share))
    for at in range(0, len(thrown), 5000):
        await ExposureStore(stores.db).add(thrown[at : at + 5000])
    await settled(client, stores, seconds=1000)
    told = await result(client, stores)
    assert units(told) == [sum(each.exposed.variant == variant for each in thrown) for variant in (0, 1)]
    assert (told["health"]["srmP"] < 0.001, "SAMPLE_RATIO" in warned(told)) == (broken, broken)


def _thrown(rng: Random, tenant_id: str, number: int, share: float) -> Iterator[Told]:
    for each in range(100_000):
        unit = SessionId(f"s{each}")
        exposed_to = Exposed(number, 1, unit, int(rng.random() >= share), LONG_AGO, AssignmentSource.EXTERNAL)
        yield Told(tenant_id, exposed_to, Visitor(unit))
