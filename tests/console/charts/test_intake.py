"""Units taken in by day, and bars."""

import itertools
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.console.charts.bars import Bar, Group, bars
from gateway.console.charts.intake import Course, intake
from tests.console.charts.reading import NS, drawn, of_class, places, texts

MARCH = date(2026, 3, 1)


def test_each_variant_has_its_line_its_shape_and_its_name():
    courses = [Course("control", {MARCH: 100, date(2026, 3, 3): 50}), Course("new", {MARCH: 90})]
    picture = intake("i", courses)
    root = drawn(picture)
    lines = of_class(root, "course")
    assert [len(places(each)) for each in lines] == [3, 3]  # the day between is one of 0
    [first, *_], [other, *_] = places(lines[0]), places(lines[1])
    assert first[0] == other[0]
    assert first[1] < other[1]
    assert {"control", "new"} <= set(texts(root))
    assert picture.rows[1] == ("2026-03-02", "0", "0")


def test_names_at_the_end_of_lines_do_not_lie_upon_each_other():
    root = drawn(intake("i", [Course(f"v{n}", {MARCH: 10}) for n in range(5)]))
    rows = sorted(float(each.get("y")) for each in of_class(root, "label"))
    assert all(below - above >= 15 for above, below in itertools.pairwise(rows))


def test_before_anybody_came_that_is_said():
    assert "nobody has been exposed yet" in texts(drawn(intake("i", [Course("a", {}), Course("b", {})])))


@given(st.lists(st.dictionaries(st.dates(MARCH, date(2027, 3, 1)), st.integers(0, 10**12), max_size=4), max_size=4))
def test_whatever_the_days_the_picture_is_one(told):
    drawn(intake("i", [Course(f"v{n}", by_day) for n, by_day in enumerate(told)]))


def test_bars_are_as_long_as_their_values_and_told_apart_by_hatching():
    root = drawn(bars("b", "Funnel", [Group("Ordered", (Bar("a", 100, "100", 0), Bar("b", 50, "50", 1)))], "Step"))
    long, short = of_class(root, "bar")
    assert float(long.get("width")) == pytest.approx(2 * float(short.get("width")), abs=0.2)
    fills = [each.get("fill") for each in root.iter(f"{NS}rect") if each.get("fill")]
    assert fills == ["url(#b-hatch-0)", "url(#b-hatch-1)"]


def test_a_bar_below_zero_goes_the_other_way():
    root = drawn(bars("b", "Revenue", [Group("All", (Bar("a", 10, "10", 0), Bar("b", -5, "-5", 1)))], "Step"))
    up, down = of_class(root, "bar")
    assert float(down.get("x")) + float(down.get("width")) == pytest.approx(float(up.get("x")), abs=0.2)


@given(st.lists(st.one_of(st.none(), st.floats()), max_size=5))
def test_whatever_the_values_bars_are_a_picture(values):
    drawn(bars("b", "t", [Group("g", tuple(Bar(str(n), value, "said", n) for n, value in enumerate(values)))], "Step"))
