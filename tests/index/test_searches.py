"""What searchers of a term did next, from their events to a look-up by term."""

from datetime import timedelta

import numpy as np
import pytest
from msgspec import structs

from gateway.domain.event import Event
from gateway.domain.search_term import normalised
from gateway.domain.visitor import SessionId, Visitor
from gateway.index.manifest import BadRelease
from gateway.index.searches import Searches, write_searches
from gateway.index.workshop import Limits, open_workshop
from tests.rehearsed import Told, bring
from tests.shop import NEWEST

PRODUCTS = ["chair", "lamp", "rug", "table"]


def told(session, minutes, kind, what):
    """An event some minutes before the newest."""
    visitor, moment = Visitor(session_id=SessionId(session)), NEWEST - timedelta(minutes=minutes)
    event = Event("acme", f"{session}{minutes}", kind, moment, visitor, "SERVER")
    return structs.replace(event, **({"search_term": what} if kind == "search" else {"product_id": what}))


@pytest.fixture
def searches(tmp_path):
    def make(events, products=PRODUCTS):
        with open_workshop(
            bring(tmp_path / "work", [p if isinstance(p, Told) else Told(p) for p in products], events), Limits()
        ) as duck:
            write_searches(tmp_path, duck)
        found = Searches(tmp_path, len(products))
        found.check()
        return lambda term: {PRODUCTS[row]: pytest.approx(score, abs=2e-3) for row, score in found.of(term)}

    return make


def test_what_is_bought_after_a_search_counts_more_than_what_is_looked_at(searches):
    of = searches(
        [
            told("a", 9, "search", "seat"),
            told("a", 8, "view", "table"),
            told("a", 7, "view", "chair"),
            told("a", 6, "purchase", "chair"),
        ]
    )
    assert of("seat") == {"chair": 1.0, "table": 1 / 6}


def test_a_term_is_the_same_however_it_is_typed(searches):
    of = searches([told("a", 9, "search", "  Grüne   LAMPE "), told("a", 8, "view", "lamp")])
    assert of("grüne lampe") == of("GRU\u0308NE\tlampe") == {"lamp": 1.0}


def test_the_next_search_takes_over(searches):
    of = searches(
        [told("a", 9, "search", "one"), told("a", 8, "view", "rug"), told("a", 7, "search", "two"), told("a", 6, "view", "lamp")]
    )
    assert (of("one"), of("two")) == ({"rug": 1.0}, {"lamp": 1.0})


def test_half_an_hour_after_a_search_nothing_is_owed_to_it(searches):
    of = searches([told("a", 60, "search", "one"), told("a", 31, "view", "rug"), told("a", 29, "view", "lamp")])
    assert of("one") == {"rug": 1.0}


def test_what_other_visitors_did_is_not_owed_to_a_search(searches):
    of = searches([told("a", 9, "search", "one"), told("b", 8, "view", "rug")])
    assert of("one") == {}


def test_hidden_products_and_terms_that_say_nothing_lead_nowhere(searches):
    told_of = [
        told("a", 9, "search", "one"),
        told("a", 8, "view", "rug"),
        told("b", 9, "search", " \u3000 "),
        told("b", 8, "view", "lamp"),
    ]
    of = searches(told_of, ["chair", "lamp", Told("rug", showable=False), "table"])
    assert (of("one"), of(""), of(" ")) == ({}, {}, {})


def test_a_shop_without_searches_has_no_terms(searches):
    assert searches([])("anything") == {}


def test_searches_that_lead_to_no_product_are_refused(searches, tmp_path):
    searches([told("a", 9, "search", "one"), told("a", 8, "view", "rug")])
    np.array([99], np.int32).tofile(tmp_path / "searches.i32")
    with pytest.raises(BadRelease, match="not there"):
        Searches(tmp_path, len(PRODUCTS)).check()


@pytest.mark.parametrize(
    ("typed", "term"),
    [
        ("Chair", "chair"),
        ("STRASSE", "strasse"),
        ("Straße", "strasse"),
        ("ﬁn", "fin"),
        ("\u212b", "å"),
        (" a\n b ", "a b"),
        ("x" * 300, "x" * 256),
        ("", ""),
    ],
)
def test_a_term_is_compared_by_its_words_and_letters(typed, term):
    assert normalised(typed) == term
    assert normalised(term) == term
