"""Who gets which variant: the same unit always the same, nobody moved by growing, and shares that are what they were said to be."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from growthbook import Experiment as Theirs
from growthbook import GrowthBook
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chisquare

from gateway.domain.assignment import Holdout, Subject, assign, counts, holdout_of, seed_of
from gateway.domain.choice import Choices, place_of
from gateway.domain.device import Device, device_of
from gateway.domain.experiment import (
    Allocation,
    AssignmentSource,
    Experiment,
    ExperimentKey,
    ExperimentStatus,
    ExperimentUnit,
    OptimiserReward,
    Phase,
    Variant,
)
from gateway.domain.placement import PlacementId

NOBODY = Holdout("holdout:acme", 0)
PHASE = Phase(1, "b7e23ec29af22b0b", datetime(2026, 5, 1, tzinfo=UTC))
UNITS = [f"{number:032x}" for number in range(20_000)]


def hero(*weights, **told):
    """An experiment that runs, of these shares."""
    variants = tuple(Variant("abcdef"[place], "", weight) for place, weight in enumerate(weights or (0.5, 0.5)))
    made = Experiment(7, ExperimentKey("hero"), "Hero", (PlacementId("home_page.top"),), variants)
    return replace(made, **{"status": ExperimentStatus.RUNNING, "phase": PHASE, **told})


def of(unit, **told):
    return Subject(dict.fromkeys(ExperimentUnit, unit), **told)


def index(experiment, subject, holdout=NOBODY):
    found = assign(experiment, subject if isinstance(subject, Subject) else of(subject), holdout)
    return None if found is None else found.index


@given(
    st.text(min_size=1, max_size=40), st.text(max_size=20), st.floats(0, 1), st.lists(st.floats(0.05, 1), min_size=2, max_size=5)
)
def test_a_unit_has_the_variant_that_any_sdk_of_growthbook_gives_it(unit, seed, coverage, parts):
    weights = [part / sum(parts) for part in parts]
    theirs = Theirs("hero", list(range(len(weights))), seed=seed, weights=weights, coverage=coverage, hashVersion=2)
    result = GrowthBook(attributes={"id": unit}).run(theirs)
    ours = index(hero(*weights, coverage=coverage, phase=replace(PHASE, seed=seed or "hero")), unit)
    assert (ours is not None) == result.inExperiment
    assert ours is None or ours == result.variationId


@given(
    st.sampled_from(UNITS),
    st.floats(0, 1),
    st.floats(0, 1),
    st.sampled_from([(0.5, 0.5), (0.1, 0.2, 0.7), (1 / 3, 1 / 3, 1 / 3)]),
)
def test_ramping_up_moves_nobody(unit, one, other, weights):
    less, more = sorted((one, other))
    before, after = (index(hero(*weights, coverage=coverage), unit) for coverage in (less, more))
    assert before in (None, after)


@given(st.sampled_from(UNITS), st.floats(0, 1), st.floats(0, 1))
def test_experiments_of_one_layer_never_share_a_unit(unit, one, other):
    low, high = sorted((one, other))
    parts = [((0.0, low),), ((low, high),), ((high, 1.0),)]
    layered = [hero(layer_id="prices", ranges=part, phase=replace(PHASE, seed=str(n))) for n, part in enumerate(parts)]
    assert sum(index(each, unit) is not None for each in layered) == 1


def test_in_a_layer_its_part_is_the_share_of_units_that_take_part():
    tenth = hero(layer_id="prices", ranges=((0.2, 0.25), (0.6, 0.65)), coverage=0.1)
    share = sum(index(tenth, unit) is not None for unit in UNITS) / len(UNITS)
    assert share == pytest.approx(0.1, abs=0.01)


@pytest.mark.parametrize("weights", [(0.5, 0.5), (0.2, 0.3, 0.5), (0.9, 0.1)])
@pytest.mark.parametrize("coverage", [1.0, 0.3])
def test_shares_are_what_they_were_said_to_be(weights, coverage):
    got = [index(hero(*weights, coverage=coverage), unit) for unit in UNITS]
    expected = [len(UNITS) * coverage * weight for weight in weights]
    seen = [got.count(place) for place in range(len(weights))]
    assert (
        chisquare([*seen, got.count(None)], [*expected, len(UNITS) * (1 - coverage) or 1e-9]).pvalue > 0.001
        if coverage < 1
        else (chisquare(seen, expected).pvalue > 0.001)
    )


def test_two_experiments_know_nothing_of_each_other():
    one, other = hero(), hero(phase=replace(PHASE, seed="another"))
    cells = [[0, 0], [0, 0]]
    for unit in UNITS:
        cells[index(one, unit)][index(other, unit)] += 1
    assert chisquare([n for row in cells for n in row]).pvalue > 0.001


def test_another_phase_draws_the_units_anew():
    before, after = hero(), hero(phase=replace(PHASE, number=2, seed="another"))
    moved = sum(index(before, unit) != index(after, unit) for unit in UNITS)
    assert moved / len(UNITS) == pytest.approx(0.5, abs=0.02)


def test_the_share_that_is_held_out_is_in_no_experiment_and_it_is_the_same_units_for_all():
    holdout = holdout_of("acme", 0.05)
    out = [unit for unit in UNITS if index(hero(), unit, holdout) is None]
    assert len(out) / len(UNITS) == pytest.approx(0.05, abs=0.006)
    assert all(index(hero(phase=replace(PHASE, seed="another")), unit, holdout) is None for unit in out)
    assert {unit for unit in UNITS if index(hero(), unit, holdout_of("acme", 0.1)) is None} > set(out)


def test_the_unit_is_the_id_that_the_experiment_declares_and_without_it_nobody_is_in():
    subject = Subject({ExperimentUnit.SESSION: "s1", ExperimentUnit.VISITOR: None, ExperimentUnit.USER: ""})
    assert index(hero(), subject) is not None
    assert index(hero(unit=ExperimentUnit.VISITOR), subject) is None
    assert index(hero(unit=ExperimentUnit.USER), subject) is None


@pytest.mark.parametrize(
    "status", [ExperimentStatus.DRAFT, ExperimentStatus.PAUSED, ExperimentStatus.ARCHIVED, ExperimentStatus.STOPPED]
)
def test_what_does_not_run_takes_nobody_in(status):
    assert index(hero(status=status), "s1") is None


def test_the_winner_of_what_was_stopped_is_everybodys_whom_it_was_meant_for_and_exposes_nobody():
    won = hero(status=ExperimentStatus.STOPPED, winner="b", coverage=0.1, condition={"market": "se"})
    swedish = [assign(won, of(unit, said={"market": "se"}), NOBODY) for unit in [*UNITS[:100], None]]
    assert {each.index for each in swedish} == {1}
    assert not any(map(counts, swedish))
    assert index(won, of("s1", said={"market": "de"})) is None
    held = next(unit for unit in UNITS if holdout_of("acme", 0.05).holds(unit))
    assert index(won, of(held, said={"market": "se"}), holdout_of("acme", 0.05)) is None
    assert index(replace(won, winner="never"), of("s1", said={"market": "se"})) is None


def test_a_condition_decides_on_what_the_request_says():
    swedish = hero(condition={"market": "se", "visitor.tier": {"$in": ["gold"]}})
    assert index(swedish, of("s1", said={"market": "se", "visitor": {"tier": "gold"}})) is not None
    assert index(swedish, of("s1", said={"market": "de", "visitor": {"tier": "gold"}})) is None


def test_what_is_sticky_keeps_its_variant_whatever_has_changed():
    sticky = hero(sticky=True, coverage=0, condition={"market": "de"})
    kept = assign(sticky, of("s1", sticky={7: 1}), holdout_of("acme", 0.5))
    assert (kept.index, kept.source) == (1, AssignmentSource.STICKY)
    assert index(replace(sticky, sticky=False), of("s1", sticky={7: 1})) is None
    assert index(sticky, of("s1", sticky={7: 5})) is None


def test_what_is_decided_elsewhere_is_believed_by_its_name_and_never_drawn():
    external = hero(external=True)
    told = assign(external, of("s1", choices=Choices(groups={"hero": "b"})), NOBODY)
    assert (told.index, told.source, told.split_group) == (1, AssignmentSource.EXTERNAL, "b")
    assert index(external, "s1") is None
    assert index(external, of("s1", choices=Choices(groups={"hero": "z"}))) is None


@pytest.mark.parametrize("status", ExperimentStatus)
def test_whoever_looks_at_a_variant_sees_it_whatever_the_experiments_state(status):
    forced = assign(hero(status=status), Subject({}, choices=Choices(forced={"hero": 1})), holdout_of("acme", 0.5))
    assert (forced.index, forced.source) == (1, AssignmentSource.FORCED)


def test_an_optimiser_draws_anew_with_each_set_of_weights_and_knows_how_likely_it_was():
    first = hero(0.7, 0.2, 0.1, reward=OptimiserReward.CLICK, phase=replace(PHASE, policy=3))
    assert seed_of(first) == "hero:3"
    found = assign(first, of("s1"), NOBODY)
    assert found.source is AssignmentSource.BANDIT
    assert found.propensity == pytest.approx((0.7, 0.2, 0.1)[found.index])
    second = replace(first, phase=replace(PHASE, policy=4))
    assert any(index(first, unit) != index(second, unit) for unit in UNITS[:100])


def test_lists_that_are_drawn_into_one_are_no_bucket():
    assert index(hero(allocation=Allocation.INTERLEAVED), "s1") is None


@pytest.mark.parametrize(
    ("named", "place"), [("a", 0), ("b", 1), ("0", 0), ("1", 1), ("2", None), ("c", None), ("", None), ("²", None)]
)
def test_a_variant_is_named_by_its_key_or_its_place(named, place):
    assert place_of(hero(), named) == place


@pytest.mark.parametrize(
    ("agent", "device"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/131.0 Safari/537.36", Device.DESKTOP),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.1 Safari/605.1.15", Device.DESKTOP),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0", Device.DESKTOP),
        ("Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 Chrome/131.0 Safari/537.36", Device.DESKTOP),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Version/18.1 Mobile/15E148", Device.MOBILE),
        ("Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 Chrome/131.0 Mobile Safari/537.36", Device.MOBILE),
        ("Mozilla/5.0 (Android 14; Mobile; rv:133.0) Gecko/133.0 Firefox/133.0", Device.MOBILE),
        ("Mozilla/5.0 (iPad; CPU OS 15_6 like Mac OS X) AppleWebKit/605.1.15 Version/15.6 Mobile/15E148", Device.TABLET),
        ("Mozilla/5.0 (Linux; Android 13; SM-X200) AppleWebKit/537.36 Chrome/131.0 Safari/537.36", Device.TABLET),
        ("Mozilla/5.0 (Linux; Android 9; KFMAWI) AppleWebKit/537.36 Silk/131.1 like Chrome/131.0 Safari/537.36", Device.TABLET),
        ("Mozilla/5.0 (SMART-TV; Linux; Tizen 7.0) AppleWebKit/537.36 SamsungBrowser/4.0 TV Safari/537.36", None),
        ("Mozilla/5.0 (Linux; Android 12; BRAVIA 4K UR2) AppleWebKit/537.36 Chrome/131.0 Safari/537.36", None),
        ("okhttp/4.12.0", None), ("curl/8.5.0", None), ("", None), ("x" * 100_000, None),
    ],
)  # fmt: skip
def test_a_device_is_known_by_what_its_browser_says(agent, device):
    assert device_of(agent) is device
