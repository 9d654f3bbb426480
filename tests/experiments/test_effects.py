"""What is there is found, from the doors to the verdict; what is not is not."""

from random import Random

from tests.experiments.telling import DAY, HOUR, NOW, bought, did, expose, exposed, of, result, tell, tried, warned

ARMS = ("control", "other")
PEOPLE = 900


async def came(client, rng: Random, buying: tuple[float, float], looking: tuple[float, float] = (1.0, 1.0)) -> None:
    """So many units over ten days, until two days ago; of each variant another share buys, and looks at more than one product."""
    exposures, events = [], []
    for number in range(PEOPLE):
        variant, unit = rng.randrange(2), f"s{number}"
        at = NOW - 2 * DAY - rng.random() * 10 * DAY
        exposures.append(exposed(unit, ARMS[variant], at))
        events += [did("impression", unit, at + HOUR * n) for n in range(2)]
        if rng.random() < looking[variant]:
            events.append(did("click", unit, at + HOUR))
        if rng.random() < buying[variant]:
            events.append(bought(unit, at + 2 * HOUR, rng.randint(5_000, 20_000)))
    await expose(client, *exposures)
    await tell(client, *events)


async def test_a_real_effect_is_found_and_shipped_with_the_truth_in_its_interval(client, stores):
    await tried(
        client, mode="GROUP_SEQUENTIAL", plannedUnits=PEOPLE, guardrails=[{"metric": "average_order_value", "margin": 0.2}]
    )
    await came(client, Random(1), (0.30, 0.42))
    told = await result(client, stores)
    found = of(told, "conversion")
    assert found["difference"]["lower"] < 0.12 < found["difference"]["upper"]
    assert (found["significant"], found["preliminary"]) == (True, False)
    assert of(told, "average_order_value")["nonInferior"] is True
    assert (told["verdict"]["decision"], warned(told)) == ("SHIP", set())


async def test_a_loss_is_found_and_rolled_back_however_much_more_is_clicked(client, stores):
    await tried(client, goals=["clicked"], guardrails=[{"metric": "conversion", "margin": 0.02}], plannedUnits=PEOPLE)
    await came(client, Random(2), (0.42, 0.30), (0.4, 0.6))
    told = await result(client, stores)
    assert (of(told, "clicked")["significant"], of(told, "conversion")["significant"]) == (True, True)
    assert told["verdict"]["decision"] == "ROLL_BACK"


async def test_where_nothing_differs_nothing_is_found_at_the_planned_end(client, stores):
    await tried(client, mode="GROUP_SEQUENTIAL", plannedUnits=PEOPLE)
    await came(client, Random(3), (0.35, 0.35))
    told = await result(client, stores)
    assert (of(told, "conversion")["significant"], told["verdict"]["decision"]) == (False, "REVIEW")
