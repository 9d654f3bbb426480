"""What may change while an experiment is under way, and what is refused, with the reason."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.faces.experiments import PAIR, SIMILAR, UPDATE, create, led, refused, refuses, started, stopped, update

SOON = (datetime.now(UTC) + timedelta(days=20)).isoformat()
UNEVEN = [{**PAIR[0], "weight": 0.8}, {**PAIR[1], "weight": 0.2}]
THREE = [{**each, "weight": 1 / 3} for each in (*PAIR, {"key": "more", "parameters": {"count": 8}})]
OTHER = [PAIR[0], {**PAIR[1], "parameters": {"strategies": ["SIMILAR"]}}]


async def refused_change(client, **said):
    return await refused(client, UPDATE, id="similar", input=said)


async def test_everything_of_a_draft_may_change(client):
    await create(client)
    changed = await update(
        client, "similar", variants=THREE, goals=["conversion"], guardrails=[], unit="USER", mode="FIXED", alpha=0.01,
        conversionWindowHours=24, plannedUnits=None, plannedEnd=SOON, placements=["item_page.together"], sticky=True,
        hypothesis="Other people know.", condition={"market": "se"},
    )  # fmt: skip
    assert (changed["unit"], changed["mode"], changed["alpha"], changed["goals"]) == ("USER", "FIXED", 0.01, ["conversion"])
    assert (changed["plannedUnits"], changed["guardrails"], len(changed["variants"])) == (None, [], 3)
    assert changed["condition"] == {"market": "se"}
    code, field, _ = await refused_change(client, newPhase=True)
    assert (code, field) == ("BAD_USER_INPUT", "newPhase")


async def test_a_change_has_no_key_to_name_another_experiment_by(client):
    await create(client)
    await started(client, key="running")
    answer = await client.ask(UPDATE, "admin", id="similar", input={"key": "running", "name": "Overwritten"})
    assert "key" in answer["errors"][0]["message"]
    assert "Overwritten" not in str(await client.rows("select name from experiment"))


async def test_a_draft_that_gets_a_plan_is_judged_by_looks_on_the_way_unless_somebody_said_otherwise(client):
    assert (await create(client, plannedUnits=None))["mode"] == "ALWAYS_VALID"
    assert (await update(client, "similar", plannedUnits=5000))["mode"] == "GROUP_SEQUENTIAL"
    assert (await update(client, "similar", plannedUnits=None))["mode"] == "ALWAYS_VALID"
    await create(client, key="other", mode="FIXED")
    assert (await update(client, "other", plannedUnits=5000, name="Still"))["mode"] == "FIXED"


async def test_more_coverage_and_another_name_are_safe(client):
    await started(client, coverage=0.2)
    changed = await update(client, "similar", coverage=0.6, name="Renamed")
    assert (changed["coverage"], changed["name"], changed["phase"]) == (0.6, "Renamed", 1)


@pytest.mark.parametrize(
    ("said", "field", "says"),
    [
        ({"coverage": 0.4}, "coverage", "would lose the variant"),
        ({"variants": UNEVEN}, "variants.0.weight", "from one variant to another"),
        ({"variants": THREE}, "variants", "neither added, removed"),
        ({"variants": PAIR[::-1]}, "variants", "another order"),
        ({"variants": OTHER}, "variants.1.parameters", "another thing of what units have seen"),
        ({"condition": {"market": "se"}}, "condition", "decides who takes part"),
        ({"plannedUnits": 40000}, "plannedUnits", "what looks at the figures go by"),
        ({"plannedUnits": None}, "plannedUnits", "what looks at the figures go by"),
        ({"plannedEnd": SOON}, "plannedEnd", "what looks at the figures go by"),
        ({"goals": ["conversion"]}, "goals", "another experiment for another question"),
        ({"guardrails": []}, "guardrails", "another experiment for another question"),
        ({"mode": "FIXED"}, "mode", "another experiment for another question"),
        ({"alpha": 0.1}, "alpha", "another experiment for another question"),
        ({"conversionWindowHours": 24}, "conversionWindowHours", "another experiment for another question"),
        ({"unit": "USER"}, "unit", "another experiment for another question"),
        ({"placements": ["item_page.together"]}, "placements", "another experiment for another question"),
        ({"sticky": True}, "sticky", "another experiment for another question"),
        ({"external": True}, "external", "another experiment for another question"),
        ({"allocation": "INTERLEAVED"}, "allocation", "another experiment for another question"),
    ],
)
@pytest.mark.parametrize("paused", [False, True])
async def test_what_would_spoil_the_figures_is_refused_with_the_reason(client, said, field, says, paused):
    before = await started(client)
    if paused:
        before = await led(client, "pause")
    code, where, message = await refused_change(client, **said)
    assert (code, where) == ("CONFLICT", field)
    assert says in message
    assert (await update(client, "similar", name=SIMILAR["name"]))["version"] == before["version"]


async def test_a_unit_that_keeps_its_variant_may_see_weights_change(client):
    await started(client, sticky=True)
    changed = await update(client, "similar", variants=UNEVEN, coverage=0.5, condition={"market": "se"})
    assert ([each["weight"] for each in changed["variants"]], changed["coverage"], changed["phase"]) == ([0.8, 0.2], 0.5, 1)
    assert (await refused_change(client, variants=THREE))[1] == "variants"


async def test_a_new_phase_draws_the_units_anew_and_may_be_of_other_variants(client):
    await started(client)
    changed = await update(client, "similar", variants=THREE, coverage=0.5, plannedUnits=50000, newPhase=True)
    assert (changed["status"], changed["phase"], len(changed["variants"])) == ("RUNNING", 2, 3)
    first, second = await client.rows("select seed, ended_at from experiment_phase order by phase")
    assert first["seed"] != second["seed"]
    assert first["ended_at"] is not None
    assert second["ended_at"] is None


@pytest.mark.parametrize("field", ["goals", "mode", "alpha", "unit", "conversionWindowHours"])
async def test_not_even_a_new_phase_changes_the_question(client, field):
    other = {"goals": ["conversion"], "mode": "FIXED", "alpha": 0.1, "unit": "USER", "conversionWindowHours": 24}
    await started(client)
    assert (await refused_change(client, newPhase=True, **{field: other[field]}))[:2] == ("CONFLICT", field)


async def test_a_new_phase_must_be_able_to_run_too(client):
    await started(client)
    code, _, message = await refused_change(client, newPhase=True, variants=[{**PAIR[0], "weight": 1}])
    assert code == "CONFLICT"
    assert "TOO_FEW_VARIANTS" in message


async def test_a_change_may_bring_nothing_that_would_have_kept_it_from_starting(client):
    await started(client, sticky=True)
    code, _, message = await refused_change(client, variants=[PAIR[0], {**PAIR[1], "weight": 0.1}])
    assert code == "CONFLICT"
    assert message.startswith("WEIGHTS_NOT_ONE")


async def test_one_that_was_stopped_stays_as_it_was_judged_or_runs_again_so(client):
    await started(client)
    await stopped(client)
    assert (await update(client, "similar", name="Renamed"))["status"] == "STOPPED"
    assert (await refused_change(client, hypothesis="I knew it"))[:2] == ("CONFLICT", "hypothesis")
    code, field, _ = await refused_change(client, plannedUnits=10)
    assert (code, field) == ("CONFLICT", "plannedUnits")
    again = await update(client, "similar", variants=UNEVEN, newPhase=True)
    assert (again["status"], again["phase"], again["outcome"]) == ("RUNNING", 2, None)


async def test_one_that_is_archived_changes_no_more(client):
    await create(client)
    await led(client, "archive")
    assert (await refused_change(client, name="X"))[0] == "CONFLICT"
    assert (await refused_change(client, newPhase=True))[0] == "CONFLICT"


async def test_without_a_plan_the_end_may_move_but_never_the_size(client):
    await started(client, mode="ALWAYS_VALID")
    assert (await update(client, "similar", plannedEnd=SOON))["plannedEnd"] is not None
    assert (await refused_change(client, plannedUnits=5))[1] == "plannedUnits"


async def test_a_placement_that_went_away_keeps_it_paused(client):
    await started(client)
    await led(client, "pause")
    await client.data('mutation { deletePlacement(id: "item_page.similar") { id } }', "admin")
    code, _, message = await refuses(client, "resume")
    assert code == "CONFLICT"
    assert message.startswith("UNKNOWN_PLACEMENT")
