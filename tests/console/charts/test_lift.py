"""The lift look after look."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from gateway.console.charts.lift import LiftPoint, cumulative_lift
from gateway.domain.result import Estimated
from tests.console.charts.reading import drawn, of_class, places, texts

START = datetime(2026, 3, 1, 12, tzinfo=UTC)


def look(number, lift=None, units=None):
    return LiftPoint(START + timedelta(days=number), units if units is not None else 1000 * number, lift)


def test_bounds_close_in_around_the_course():
    points = [look(n, Estimated(0.05, 0.05 - 0.2 / n, 0.05 + 0.2 / n)) for n in range(1, 6)]
    root = drawn(cumulative_lift("l", "Conversion", "new", points, 8000))
    upper, lower = of_class(root, "bound")
    [course] = of_class(root, "course")
    highs, middles, lows = places_of(upper), places_of(course), places_of(lower)
    assert all(high[1] < middle[1] < low[1] for high, middle, low in zip(highs, middles, lows, strict=True))
    assert lows[0][1] - highs[0][1] > 4 * (lows[-1][1] - highs[-1][1])
    assert len(of_class(root, "strong")) == 5


def test_the_planned_end_lies_beyond_the_last_look():
    root = drawn(
        cumulative_lift("l", "Conversion", "new", [look(2, Estimated(0.1, 0, 0.2)), look(4, Estimated(0.1, 0, 0.2))], 8000)
    )
    [end] = of_class(root, "limit")
    assert float(end.get("x1")) > max(x for x, _ in places_of(of_class(root, "course")[0]))
    assert "planned end" in texts(root)


def test_early_looks_say_that_there_is_nothing_yet():
    picture = cumulative_lift("l", "Conversion", "new", [look(1), look(2)])
    assert "no interval yet" in texts(drawn(picture))
    assert [row[2] for row in picture.rows] == ["–", "–"]


def test_no_look_and_one_look_are_pictures_too():
    assert not of_class(drawn(cumulative_lift("l", "Conversion", "new", [])), "mark")
    root = drawn(cumulative_lift("l", "Conversion", "new", [look(0, Estimated(0.1, None, 0.2))]))
    assert len(of_class(root, "mark")) == 1
    assert not of_class(root, "course")


numbers = st.one_of(st.none(), st.floats())


@given(st.lists(st.tuples(st.integers(0, 10**12), st.floats(), numbers, numbers), max_size=6), st.integers(1, 10**12))
def test_whatever_the_figures_the_picture_is_one(told, planned):
    points = [look(n, Estimated(*lift), units) for n, (units, *lift) in enumerate(told)]
    drawn(cumulative_lift("l", "m", "v", points, planned))


def places_of(element):
    return places(element)
