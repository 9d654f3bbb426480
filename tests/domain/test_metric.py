"""What a phase freezes of its metrics."""

import re
from decimal import Decimal
from pathlib import Path

from gateway.domain.metric import ATTRIBUTED, BUILT_IN, MEASURES, Metric, MetricKind, measure_named, measures_of, type_of

SIGNUPS = Metric("signups", "Sign-ups", MetricKind.MEAN, measure_named("signup"))
STARS = Metric("stars", "Stars", MetricKind.RATIO, measure_named("review.value"), measure_named("orders"), cap=5)


def test_built_in_metrics_are_made_of_what_is_measured_of_every_unit():
    for metric in BUILT_IN.values():
        assert metric.numerator in MEASURES
        assert (metric.denominator is not None) == (metric.kind is MetricKind.RATIO)
        assert metric.denominator is None or metric.denominator in MEASURES
    assert {*ATTRIBUTED, *ATTRIBUTED.values()} <= BUILT_IN.keys()


def test_a_shop_names_measures_event_types_and_their_values():
    assert [measure_named(word) for word in ("orders", "signup", "signup.value")] == ["orders", "event:signup", "value:signup"]
    assert [type_of(measure_named(word)) for word in ("orders", "signup", "signup.value")] == [None, "signup", "signup"]


def test_what_is_frozen_says_where_every_metrics_amounts_stand():
    frozen = measures_of([SIGNUPS, STARS], {"SEK": 1.0, "JPY": 0.07})
    order = frozen["measures"]
    assert order == [*MEASURES, "event:signup", "value:review"]
    told = {each["key"]: each for each in frozen["metrics"]}
    assert told.keys() == BUILT_IN.keys() | {"signups", "stars"}
    assert order[told["click_through_rate"]["y"] - 1] == "clicks"
    assert order[told["click_through_rate"]["d"] - 1] == "impressions"
    assert told["signups"]["d"] is None
    assert told["stars"]["cap"] == 5000


def test_rates_are_frozen_from_minor_unit_to_minor_unit():
    frozen = measures_of([], {"SEK": 1.0, "JPY": 0.07, "KWD": 30.0})
    assert frozen["currency"] == "SEK"
    assert {code: Decimal(factor) for code, factor in frozen["factors"].items()} == {"SEK": 1, "JPY": 7, "KWD": 3}
    assert measures_of([], {})["currency"] is None


def test_the_reference_tells_of_every_built_in_metric_and_of_no_other():
    page = (Path(__file__).parents[2] / "docs" / "reference" / "metrics.md").read_text()
    rows = [line for line in page.partition("## Built in")[2].partition("\n## ")[0].splitlines() if line.startswith("| `")]
    kinds = {key: re.findall(r"\w+", row.split("|")[2])[0] for row in rows for key in re.findall(r"`(\w+)`", row.split("|")[1])}
    assert kinds.keys() == BUILT_IN.keys()
    words = {MetricKind.RATIO: "ratio", MetricKind.MEAN: "mean", MetricKind.PROPORTION: "share"}
    assert {key: word for key, word in kinds.items() if word != "as"} == {
        key: words[metric.kind] for key, metric in BUILT_IN.items() if key not in ATTRIBUTED.values()
    }
