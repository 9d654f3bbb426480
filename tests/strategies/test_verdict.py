"""A release that guesses worse than the serving one is found out, on visits that neither was taught."""

from itertools import islice

import pytest

from gateway.domain.event import Event
from gateway.index.withheld import read
from gateway.strategies.verdict import chance, worse
from tests.rehearsed import Told, make_release
from tests.withheld_visits import PRODUCTS, sessions, visits


@pytest.fixture(scope="module")
def make(tmp_path_factory):
    home = tmp_path_factory.mktemp("releases")

    def made(name, events, products=PRODUCTS):
        if not (home / name).exists():
            make_release(home / name, products, events)
        return home / name

    return made


@pytest.fixture(scope="module")
def asked():
    """Visits whose last step is withheld: 250 of them."""
    return list(visits(islice(sessions(withheld=True), 250)))


@pytest.fixture(scope="module")
def taught():
    return list(visits(islice(sessions(withheld=False), 1500), seed=2))


@pytest.fixture(scope="module")
def sound(make, asked, taught):
    return make("sound", [*asked, *taught])


@pytest.fixture(scope="module")
def bad(make, asked):
    return make("bad", [*asked, *visits(islice(sessions(withheld=False), 1500), scrambled=True, seed=2)])


def test_a_release_taught_by_scrambled_visits_is_worse_and_it_is_said_how_much(sound, bad):
    assert len(read(bad)) == 250
    fault = worse(sound, bad)
    assert fault is not None
    assert fault.startswith("also_viewed finds the last step of ")
    assert "of 250 withheld visits among its first 20; the serving release finds" in fault


def test_a_better_release_is_not_worse(sound, bad):
    assert worse(bad, sound) is None


def test_another_night_of_like_visits_is_not_worse(make, sound, asked, taught):
    more = make("more", [*asked, *taught, *visits(islice(sessions(withheld=False), 1500, 2000), seed=3)])
    assert worse(sound, more) is None


def test_two_hundred_visits_are_needed_to_say_so(make, sound, bad):
    few = make("few", visits([*islice(sessions(withheld=True), 199), *islice(sessions(withheld=False), 1500)], scrambled=True))
    assert len(read(few)) == 199
    assert worse(sound, few) is None


def test_products_that_are_new_count_against_nobody(make, sound, asked):
    renamed = [Event("acme", e.event_id, e.type, e.happened_at, e.visitor, "SERVER", f"new-{e.product_id}") for e in asked]
    other = make("other", renamed, [Told(f"new-{p.product_id}") for p in PRODUCTS])
    assert len(read(other)) == 250
    assert worse(sound, other) is None


@pytest.mark.parametrize(
    ("lost", "won", "expected"), [(0, 0, 1.0), (1, 1, 1.0), (5, 0, 2 / 32), (0, 5, 2 / 32), (8, 2, 112 / 1024), (1000, 1000, 1.0)]
)
def test_the_chance_of_an_uneven_split(lost, won, expected):
    assert chance(lost, won) == pytest.approx(expected)
    assert chance(lost + 60, won) <= chance(lost, won)
