import dataclasses
from datetime import timedelta

import pytest

from gateway.domain.event import Event
from gateway.domain.visitor import SessionId, Visitor
from gateway.strategies.repertoire import load_repertoire
from tests import shop
from tests.rehearsed import make_release

TERMS = ("Reading Lamp", "ŁÓDŹ stół", "読書灯")


@pytest.fixture(scope="session")
def repertoire(tmp_path_factory):
    """The small shop with prices, ratings, and people who searched."""
    folder = tmp_path_factory.mktemp("releases") / "small"
    make_release(folder, map(_priced, shop.told()), [*shop.visits("acme"), *_searches()], shop.TREE)
    return load_repertoire(folder)


def _priced(told):
    """Two thirds between the cheapest and the dearest; the higher its number, the better a product is liked, and by more."""
    number = int(told.product_id[-2:]) if told.product_id[-2:].isdigit() else 1
    return dataclasses.replace(told, price=10_000 + 500 * number, rating=3 + number / 10, review_count=3 * number)


def _searches():
    """Ten people a term, who then look at two lamps; most at the fourth."""
    for number in range(10 * len(TERMS)):
        when, who = shop.NEWEST - timedelta(hours=number, minutes=30), Visitor(session_id=SessionId(f"q{number}"))
        yield Event("acme", f"q{number}", "search", when, who, "SERVER", search_term=TERMS[number % len(TERMS)])
        for step, lamp in enumerate((shop.product("lamps", 4), shop.product("lamps", 5 + number % 5)), start=1):
            yield Event("acme", f"q{number}-{step}", "view", when + timedelta(minutes=step), who, "SERVER", lamp)
