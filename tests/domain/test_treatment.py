"""What variants make of a placement, and what they may say at all."""

import pytest

from gateway.domain.experiment import Assigned, AssignmentSource, Experiment, ExperimentKey, ExperimentStatus, Variant
from gateway.domain.page import ProductFilter
from gateway.domain.placement import Placement, PlacementId, StrategyName
from gateway.domain.treatment import faults_of_parameters, treated

TOP = Placement(PlacementId("home_page.top"), (StrategyName.TRENDING,), 12, {"": "For you"}, parameters={"list": "spring"})


def has(key, status=ExperimentStatus.RUNNING, source=AssignmentSource.HASH, **parameters):
    experiment = Experiment(1, ExperimentKey(key), key, (TOP.placement_id,), (Variant("b", "", 1.0, parameters),), status=status)
    return Assigned(experiment, 0, source)


def test_a_variant_changes_what_it_names_and_leaves_the_rest():
    changed, treatment = treated(TOP, [has("hero", strategies=["PERSONAL"], message="Just for you", season="winter")], None)
    assert changed.strategies == (StrategyName.PERSONAL,)
    assert (changed.count, changed.message("sv-SE")) == (12, "Just for you")
    assert changed.parameters == {"list": "spring", "season": "winter"}
    assert (treatment.filters, treatment.rules) == ((), None)


def test_messages_may_be_told_by_language():
    changed, _ = treated(TOP, [has("hero", message={"sv": "För dig", "": "Yours"})], None)
    assert (changed.message("sv-SE"), changed.message("de")) == ("För dig", "Yours")


@pytest.mark.parametrize(("count", "limit", "shown"), [(6, None, 6), (6, 4, 4), (6, 12, 6), (None, 4, 4), (20, 8, 8)])
def test_a_variant_never_shows_more_than_the_request_asks_for(count, limit, shown):
    placement = Placement(TOP.placement_id, TOP.strategies, limit or TOP.count)
    parameters = {"count": count} if count else {}
    assert treated(placement, [has("hero", **parameters)], limit)[0].count == shown


def test_of_several_experiments_the_later_key_has_the_last_word_and_filters_add_up():
    first = has("a", count=3, filter={"brands": ["Nord"]}, rules=["r1"])
    second = has("b", count=5, filter={"onSale": True, "attributes": [{"name": "colour", "values": ["red"]}]}, rules=[])
    changed, treatment = treated(TOP, [second, first], None)
    assert changed.count == 5
    assert [each.experiment.key for each in treatment.assigned] == ["a", "b"]
    assert treatment.filters == (ProductFilter(brands=("Nord",)), ProductFilter(on_sale=True, attributes={"colour": ("red",)}))
    assert treatment.rules == frozenset()


@pytest.mark.parametrize("key", ["a", "z"])
def test_a_winner_that_everybody_has_gives_way_to_what_is_tried_out(key):
    won = has(key, ExperimentStatus.STOPPED, strategies=["BESTSELLERS"], count=3, rules=["r1"])
    tried = has("m", strategies=["PERSONAL"], rules=[])
    changed, treatment = treated(TOP, [won, tried], None)
    assert (changed.strategies, changed.count, treatment.rules) == ((StrategyName.PERSONAL,), 3, frozenset())
    control = treated(TOP, [won, has("m")], None)[0]
    assert (control.strategies, control.count) == ((StrategyName.BESTSELLERS,), 3)
    assert {each.experiment.key for each in treatment.assigned} == {key, "m"}


def test_whoever_looks_at_a_variant_of_what_is_over_sees_it():
    looked_at = has("z", ExperimentStatus.STOPPED, AssignmentSource.FORCED, strategies=["BESTSELLERS"])
    assert treated(TOP, [looked_at, has("m", strategies=["PERSONAL"])], None)[0].strategies == (StrategyName.BESTSELLERS,)


def test_a_strategy_that_only_a_newer_version_knows_is_passed_over():
    assert treated(TOP, [has("hero", strategies=["TELEPATHY"])], None)[0].strategies == TOP.strategies


@pytest.mark.parametrize(
    ("parameters", "at", "says"),
    [
        ([], "parameters", "must be an object"),
        ({"strategies": []}, "parameters.strategies", "one strategy at least"),
        ({"strategies": ["TELEPATHY"]}, "parameters.strategies.0", "must be one of SIMILAR"),
        ({"strategies": ["TRENDING", "TRENDING"]}, "parameters.strategies.1", "stands there already"),
        ({"strategies": ["SIMILAR"]}, "parameters.strategies.0", "a page of type home never has"),
        ({"strategies": ["SEARCH"]}, "parameters.strategies.0", "search term"),
        ({"count": 0}, "parameters.count", "1 to 128"),
        ({"count": True}, "parameters.count", "1 to 128"),
        ({"count": None}, "parameters.count", "is left out"),
        ({"message": "x" * 201}, "parameters.message", "200 characters"),
        ({"message": {"sv": 5}}, "parameters.message", "200 characters"),
        ({"filter": "red"}, "parameters.filter", "by the names of ProductFilter"),
        ({"filter": {"brand": "Nord"}}, "parameters.filter.brand", "known are"),
        ({"filter": {"brands": "Nord"}}, "parameters.filter.brands", "list of 1 to 500 texts"),
        ({"filter": {"attributes": [{"name": "colour"}]}}, "parameters.filter.attributes", "must name attributes"),
        ({"filter": {"minPrice": 9.5}}, "parameters.filter.minPrice", "whole number"),
        ({"filter": {"minRating": float("nan")}}, "parameters.filter.minRating", "rating"),
        ({"filter": {"onSale": "yes"}}, "parameters.filter.onSale", "true or false"),
        ({"rules": "r1"}, "parameters.rules", "list of ids"),
        ({"strategy": "TRENDING"}, "parameters.strategy", "strategies does"),
        ({"limit": 4}, "parameters.limit", "count does"),
    ],
)
def test_what_a_variant_cannot_say_is_refused_in_words(parameters, at, says):
    [(field, message)] = faults_of_parameters(parameters, [TOP.placement_id])
    assert field == at
    assert says in message


def test_anything_else_is_the_shops_own_business():
    told = {"layout": "grid", "strategies": ["PERSONAL"], "rules": [], "message": {"": "Yours"}, "filter": {"not": {"a": ["b"]}}}
    assert not list(faults_of_parameters(told, [TOP.placement_id]))
