"""Who lends to a product that nobody has met, and what."""

import numpy as np
import pytest

from gateway.index.kin import SURE, kinship, lent
from gateway.index.nearest import Nearest, find_nearest
from gateway.index.traits import Traits

EVERY = 4
CLOSE = [0.9, 0.8, 0.7]


def traits(visits, price=(100.0,) * EVERY):
    none = np.zeros(EVERY, np.int32)
    return Traits(none, np.array(price), np.ones(EVERY, np.bool_), np.array(visits, np.int32), none)


def near(cosines=CLOSE):
    """The last product reads like the three others, these know nobody."""
    rows, told = np.full((EVERY, 3), -1, np.int32), np.zeros((EVERY, 3), np.float32)
    rows[-1], told[-1] = (0, 1, 2), cosines
    return Nearest(rows, told)


def shares(*given, **cosines):
    return kinship(near(**cosines), traits(*given)).toarray()[-1]


def test_the_more_alike_what_it_says_the_more_a_product_lends():
    found = shares([60, 60, 60, 0])
    assert found[:3] == pytest.approx(np.array(CLOSE) ** 4 / (np.array(CLOSE) ** 4).sum())


def test_of_equals_what_costs_as_much_lends_most_and_an_unknown_price_is_half_a_match():
    found = shares([60, 60, 60, 0], (100.0, 200.0, 0.0, 100.0), cosines=[0.9, 0.9, 0.9])
    assert found[1] / found[0] == pytest.approx(np.exp(-np.log(2) / 0.25))
    assert found[2] / found[0] == pytest.approx(0.5)


def test_of_equals_who_is_met_more_lends_more_and_who_is_not_met_nothing():
    found = shares([20, 60, 0, 0], cosines=[0.9, 0.9, 0.9])
    assert found.tolist() == pytest.approx([0.4, 0.6, 0, 0])


@pytest.mark.parametrize(("visits", "borrows"), [(0, 1), (SURE - 1, 1), (SURE, 0), (5000, 0)])
def test_what_is_well_known_borrows_nothing(visits, borrows):
    assert shares([60, 60, 60, visits]).sum() == pytest.approx(borrows)


def test_twenty_lend_at_most():
    alike = np.full((30, 2), 1.0, np.float32)
    alike[:, 1] = np.linspace(0, 0.1, 30)
    everybody = Traits(*(np.full(30, each) for each in (0, 100.0, True, 50, 0)))
    found = kinship(find_nearest(alike / np.linalg.norm(alike, axis=1)[:, None], 29), everybody)
    assert (np.diff(found.indptr) == 20).all()
    assert found.sum(axis=1) == pytest.approx(1)


def test_what_nobody_has_met_lies_where_its_kin_lie_and_who_is_met_stays():
    walked = np.array([[1, 0], [0, 1], [0, 0], [0, 0]], np.float32)
    who = traits([60, 60, 1, 0])
    told = lent(walked, kinship(near([0.9, 0, 0]), who), who)
    assert told.tolist() == [[1, 0], [0, 1], [0, 0], [1, 0]]
