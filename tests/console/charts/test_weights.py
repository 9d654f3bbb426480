"""How an optimiser's weights moved, as a picture and as a sentence."""

from datetime import timedelta

from gateway.console.charts.weights import moved, weights
from gateway.console.result.page import result_page
from gateway.domain.optimising import Weighing
from tests.console import made
from tests.console.charts.reading import drawn, of_class, places, texts

SPACE = "\N{NO-BREAK SPACE}"
NAMES = ("Bestsellers", "Trending")
COURSE = tuple(Weighing(made.START + timedelta(hours=hours), (low, 1 - low)) for hours, low in ((0, 0.5), (6, 0.2), (12, 0.05)))
NOW = made.START + timedelta(hours=24)


def test_each_set_is_in_force_until_the_next_and_the_last_until_now():
    root = drawn(weights("w", NAMES, COURSE, NOW))
    first, second = of_class(root, "course")
    assert first.get("d") == "M56 102L177 102L177 154.8L298 154.8L298 181.2L540 181.2"
    assert second.get("d").endswith("540 22.8")
    assert places(root)
    assert "Bestsellers" in texts(root)


def test_the_table_has_every_set_and_the_words_the_first_and_the_last():
    picture = weights("w", NAMES, COURSE, NOW)
    assert picture.head == ("In force from", "Bestsellers", "Trending")
    assert picture.rows[1] == ("2026-03-01 15:00 UTC", f"20.0{SPACE}%", f"80.0{SPACE}%")
    assert picture.description.replace(SPACE, " ") == (
        "Began on 2026-03-01 09:00 UTC with Bestsellers 50.0 %, Trending 50.0 %; "
        "since 2026-03-01 21:00 UTC: Bestsellers 5.00 %, Trending 95.0 %."
    )


def test_weights_that_never_moved_are_said_so_and_drawn_even_at_their_very_moment():
    assert moved(NAMES, COURSE[:1]).endswith("The weights have not moved yet.")
    assert of_class(drawn(weights("w", NAMES, COURSE[:1], made.START)), "course")


def test_ten_variants_with_long_names_stay_within_the_picture():
    names = tuple(f"a strategy of a long name, number {n}" for n in range(10))
    even = Weighing(made.START, (0.1,) * 10)
    drawn(weights("w", names, [even, Weighing(NOW, (0.91, *(0.01,) * 9))], NOW + timedelta(days=90)))


def test_the_page_of_what_is_no_optimiser_has_no_such_picture():
    assert result_page(made.result(), None).course is None
    assert result_page(made.result(), None, (), COURSE).course.rows
