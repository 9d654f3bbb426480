"""The forest plot shows what was found where it was found."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.console.charts.forest import ForestRow, forest
from gateway.domain.result import Estimated
from tests.console.charts.reading import NS, drawn, of_class, texts


def row(estimate=0.04, lower=0.01, upper=0.07, group="Goals", **more):
    return ForestRow(group, "Conversion", "new list", Estimated(estimate, lower, upper), "better", **more)


def test_an_interval_lies_around_its_estimate_and_right_of_zero_where_it_is_above():
    root = drawn(forest("f", [row()]))
    [zero] = of_class(root, "zero")
    [mark] = of_class(root, "mark")
    bar = of_class(root, "interval")[0]
    assert float(zero.get("x1")) < float(bar.get("x1")) < float(mark.get("cx")) < float(bar.get("x2"))


def test_goals_come_before_guardrails_and_have_another_shape():
    root = drawn(forest("f", [row(strong=True), row(group="Guardrails", limit=-0.02)]))
    assert [each.text for each in of_class(root, "group")] == ["Goals", "Guardrails"]
    assert [each.tag for each in of_class(root, "mark")] == [f"{NS}circle", f"{NS}rect"]
    assert len(of_class(root, "strong")) == 1


def test_the_line_of_a_guardrail_lies_at_its_limit():
    root = drawn(forest("f", [row(-0.01, -0.03, 0.01, "Guardrails", limit=-0.02)]))
    [limit], [zero], [mark] = of_class(root, "limit"), of_class(root, "zero"), of_class(root, "mark")
    assert float(limit.get("x1")) < float(mark.get("x")) + 5 < float(zero.get("x1"))
    away = (float(zero.get("x1")) - float(limit.get("x1"))) / (float(zero.get("x1")) - float(mark.get("x")) - 5)
    assert away == pytest.approx(2, abs=0.05)


def test_an_open_bound_is_an_arrow_at_the_edge():
    root = drawn(forest("f", [row(0.5, 0.1, None), row(0.5, None, None)]))
    assert len(of_class(root, "arrow")) == 3
    assert "+10.0 % to no upper bound" in " ".join(texts(root)).replace("\N{NO-BREAK SPACE}", " ")


def test_where_there_is_no_interval_it_is_said_what_is_missing():
    root = drawn(forest("f", [ForestRow("Goals", "Conversion", "b", None, "nothing yet", note="57 more units needed")]))
    assert "57 more units needed" in texts(root)
    assert not of_class(root, "interval")


def test_one_wild_interval_leaves_the_others_readable():
    root = drawn(forest("f", [row(), row(), row(900.0, -4000.0, 9000.0)]))
    bar = of_class(root, "interval")[0]
    assert float(bar.get("x2")) - float(bar.get("x1")) > 20
    assert len(of_class(root, "arrow")) == 2


def test_without_rows_there_is_a_picture_still():
    assert not of_class(drawn(forest("f", [])), "mark")


def test_names_are_text_and_nothing_else():
    picture = forest("f", [ForestRow("Goals", "<script>", '"b" & c', None, "x")])
    assert "<script>" not in picture.svg
    assert "<script>" in texts(drawn(picture))


numbers = st.one_of(st.none(), st.floats(allow_nan=True, allow_infinity=True))


@given(st.lists(st.tuples(st.floats(), numbers, numbers, numbers), max_size=5))
def test_whatever_the_figures_the_picture_is_one(told):
    rows = [row(estimate, lower, upper, "Guardrails", limit=limit) for estimate, lower, upper, limit in told]
    root = drawn(forest("f", rows))
    assert len(of_class(root, "mark")) <= sum(math.isfinite(each[0]) for each in told)
