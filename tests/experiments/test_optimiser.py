"""An optimiser's sessions over several sets of weights: what a session earns is the latest one's that exposed it, and of no other."""

from datetime import UTC, datetime

import pytest

from tests.experiments.telling import HOUR, MINUTE, bought, did, expose, exposed, of, result, tell, units

KEY = "optimiser.home_page.top"
START = (
    """mutation { startOptimiser(placement: "home_page.top", strategies: [BESTSELLERS, NEW_ARRIVALS], reward: ORDER) { key } }"""
)
NOW = datetime.now(UTC)
FIRST, SECOND = NOW - 40 * HOUR, NOW - 36 * HOUR
A, B = "bestsellers", "new_arrivals"


@pytest.fixture
async def optimiser(client):
    """Even weights since two days ago, and nine in ten to the second since 38 hours ago."""
    await client.data(START, "admin")
    await client.rows("update experiment_phase set started_at = $1", NOW - 48 * HOUR)
    await client.rows("update experiment_policy set since = $1", NOW - 48 * HOUR)
    await client.rows(
        "insert into experiment_policy select experiment_id, phase, 2, $1, '{0.1,0.9}', '{0.1,0.9}', '{}' from experiment_policy",
        NOW - 38 * HOUR,
    )
    return client


def met(unit: str, variant: str, at: datetime, propensity: float = 0.5):
    return {**exposed(unit, variant, at, KEY), "propensity": propensity}


async def test_a_reward_goes_to_the_latest_exposure_before_it_and_to_that_only(optimiser, stores):
    await expose(optimiser, met("s", A, FIRST), met("s", B, SECOND, 0.9), met("t", B, FIRST))
    await tell(optimiser, bought("s", SECOND + MINUTE), did("click", "s", FIRST + MINUTE), bought("t", FIRST + MINUTE))
    told = await result(optimiser, stores, KEY)
    assert (units(told), told["health"]["multipleExposures"]) == ([1, 2], 0)
    assert [of(told, "conversion", variant)["numerator"] for variant in (A, B)] == [0, 2]
    assert [of(told, "clicked", variant)["numerator"] for variant in (A, B)] == [1, 0]


async def test_what_is_bought_between_two_exposures_stays_the_first_ones_though_the_second_is_told_before(optimiser, stores):
    await expose(optimiser, met("s", B, SECOND, 0.9))
    await tell(optimiser, bought("s", FIRST + MINUTE))
    assert of(await result(optimiser, stores, KEY), "conversion", B)["numerator"] == 0
    await expose(optimiser, met("s", A, FIRST))
    told = await result(optimiser, stores, KEY)
    assert [of(told, "conversion", variant)["numerator"] for variant in (A, B)] == [1, 0]


async def test_two_variants_under_one_set_of_weights_are_no_unit_and_under_two_sets_they_are_two(optimiser, stores):
    await expose(optimiser, met("s", A, FIRST), met("s", B, FIRST + MINUTE), met("s", B, SECOND, 0.9))
    await tell(optimiser, bought("s", FIRST + 2 * MINUTE))
    told = await result(optimiser, stores, KEY)
    assert (units(told), told["health"]["multipleExposures"]) == ([0, 1], 1)
    assert of(told, "conversion", B)["numerator"] == 0


async def test_the_split_of_an_optimiser_is_held_against_the_weights_of_each_moment(optimiser, stores):
    at_first = [met(f"f{n}", (A, B)[n % 2], FIRST) for n in range(200)]
    later = [met(f"g{n}", A if n % 10 == 0 else B, SECOND, 0.1 if n % 10 == 0 else 0.9) for n in range(200)]
    await expose(optimiser, *at_first, *later)
    told = await result(optimiser, stores, KEY)
    assert units(told) == [120, 280]
    assert [each["expectedShare"] for each in told["exposures"]] == pytest.approx([0.3, 0.7])
    assert told["health"]["srmP"] == pytest.approx(1)
