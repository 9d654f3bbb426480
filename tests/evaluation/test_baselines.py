"""The baselines are what their papers say: each against the plainest way to compute it, or against another's code."""

import math
import random
from collections import defaultdict

import numpy as np
import pytest
import scipy.sparse as sp
from implicit.nearest_neighbours import TFIDFRecommender

from gateway.evaluation.baselines import session_neighbours
from gateway.evaluation.baselines.contender import best
from gateway.evaluation.baselines.ease import Ease
from gateway.evaluation.baselines.item_neighbours import ALIKE, ItemNeighbours, fading
from gateway.evaluation.baselines.popularity import Popularity
from gateway.evaluation.baselines.session_neighbours import SessionNeighbours
from gateway.evaluation.question import Question, Step, Task

PRODUCTS = 40


@pytest.fixture(scope="module")
def past():
    """Visits of two to eight of forty products, the newest first, in neighbourhoods; some popular."""
    chance = random.Random(4)
    centres = [chance.randrange(PRODUCTS) for _ in range(300)]
    return [
        list(dict.fromkeys(int(c + chance.gauss(0, 3)) % PRODUCTS for _ in range(chance.randint(2, 8))))
        + [0] * (n % 4 == 0 and c > 5)
        for n, c in enumerate(centres)
    ]


@pytest.fixture(scope="module")
def columns(past):
    past = [list(dict.fromkeys(visit)) for visit in past]
    group = np.repeat(np.arange(len(past)), [len(visit) for visit in past])
    return group, np.array([row for visit in past for row in visit], np.int64)


def question(*prefix, targets=(1,)):
    return Question(Task.NEXT, tuple(Step(row) for row in prefix), prefix[-1:], frozenset(targets), "")


def prefixes(count=60):
    chance = random.Random(5)
    return [[chance.randrange(PRODUCTS) for _ in range(chance.randint(1, 14))] for _ in range(count)]


def plain_vsknn(past, prefix, neighbours, sample):
    """VS-kNN as one would write it down."""
    past = [list(dict.fromkeys(visit)) for visit in past]
    says = {}
    for distance, row in enumerate(reversed(prefix)):
        if row not in says and distance < 10:
            says[row] = 1 - distance / 10
    alike = [(n, visit) for n, visit in enumerate(past) if says.keys() & set(visit)][:sample]
    ranked = sorted(alike, key=lambda pair: (-round(sum(says.get(row, 0) for row in pair[1]), 9), pair[0]))[:neighbours]
    scores = defaultdict(float)
    for _, visit in ranked:
        shared = [says[row] for row in visit if row in says]
        for row in visit:
            scores[row] += sum(shared) * max(shared) * math.log(len(past) / sum(row in other for other in past))
    return {row: score for row, score in scores.items() if row not in prefix and score > 0}


@pytest.mark.parametrize(("neighbours", "sample"), [(500, 5000), (20, 5000), (10, 35)])
def test_session_neighbours_vote_as_the_paper_says(past, columns, monkeypatch, neighbours, sample):
    monkeypatch.setattr(session_neighbours, "NEIGHBOURS", neighbours)
    monkeypatch.setattr(session_neighbours, "SAMPLE", sample)
    ours = SessionNeighbours(*columns, PRODUCTS)
    for prefix in prefixes():
        scores = plain_vsknn(past, prefix, neighbours, sample)
        answer = ours.answer(question(*prefix), PRODUCTS)
        assert set(answer) == set(scores)
        told = [scores[row] for row in answer]
        assert told == pytest.approx(sorted(told, reverse=True))


def test_a_product_in_no_visit_has_no_neighbours(columns):
    group, product = columns
    empty = SessionNeighbours(group, product, PRODUCTS + 1)
    assert empty.answer(question(PRODUCTS), 5) == []
    assert SessionNeighbours(np.empty(0, np.int64), np.empty(0, np.int64), 3).answer(question(1), 5) == []


@pytest.mark.filterwarnings("ignore:Method expects CSR input")
def test_item_neighbours_are_those_of_implicit(columns):
    group, product = columns
    theirs = TFIDFRecommender(K=ALIKE, num_threads=1)
    theirs.fit(sp.csr_matrix((np.ones(len(group)), (group, product)), shape=(group[-1] + 1, PRODUCTS)), show_progress=False)
    ours = ItemNeighbours(group, product, PRODUCTS)
    for row in range(PRODUCTS):
        rows, scores = ours.alike(row)
        told = theirs.similarity[row].toarray().ravel()
        assert dict(zip(rows.tolist(), scores.tolist(), strict=True)) == pytest.approx(
            {int(n): told[n] for n in np.flatnonzero(told)}
        )


def test_item_neighbours_of_several_products_add_up_and_older_ones_say_less(columns):
    ours = ItemNeighbours(*columns, PRODUCTS)
    assert fading((7, 3, 7, 9)) == {9: 1.0, 7: 0.8, 3: pytest.approx(0.64)}
    wanted = defaultdict(float)
    for row, weight in fading((7, 3, 7, 9)).items():
        for other, score in zip(*ours.alike(row), strict=True):
            wanted[int(other)] += weight * score
    answer = ours.answer(question(7, 3, 7, 9), PRODUCTS)
    expected = [row for row in sorted(wanted, key=lambda row: -wanted[row]) if row not in {7, 3, 9}]
    assert [wanted[row] for row in answer] == pytest.approx([wanted[row] for row in expected])
    assert not {7, 3, 9} & set(answer)


@pytest.mark.parametrize("strength", [1.0, 500.0])
def test_ease_is_every_products_ridge_regression_on_the_others(past, columns, strength):
    group, product = columns
    ours = Ease(group, product, strength)
    seen = np.zeros((len(past), PRODUCTS))
    seen[group, product] = 1
    known = np.unique(product)
    guess = np.zeros((PRODUCTS, PRODUCTS))
    for row in known:
        others = known[known != row]
        gram = seen[:, others].T @ seen[:, others] + strength * np.eye(len(others))
        guess[others, row] = np.linalg.solve(gram, seen[:, others].T @ seen[:, row])
    for seeds in ([3], [3, 8, 20]):
        scores = guess[seeds].sum(axis=0)
        scores[seeds] = 0
        answer = ours.answer(Question(Task.CART, (), tuple(seeds), frozenset({1}), ""), 10)
        assert scores[answer] == pytest.approx(np.sort(scores)[::-1][: len(answer)])


def test_ease_knows_nothing_of_what_nobody_bought():
    ours = Ease(np.array([0, 0, 1, 1]), np.array([2, 5, 2, 5]), 1.0)
    assert ours.answer(Question(Task.TOGETHER, (), (3,), frozenset({2}), ""), 5) == []
    assert ours.answer(Question(Task.TOGETHER, (), (9,), frozenset({2}), ""), 5) == []
    assert ours.answer(Question(Task.TOGETHER, (), (2,), frozenset({5}), ""), 5) == [5]


def test_popularity_is_the_same_for_everybody():
    ours = Popularity(np.array([4, 4, 2, 4, 2, 0]), 6)
    assert ours.answer(question(1), 2) == [4, 2]
    assert ours.answer(question(4), 10) == [4, 2, 0]


def test_the_best_are_above_nothing_and_of_equals_the_first():
    rows = np.array([9, 3, 7, 5])
    assert best(rows, np.array([1.0, 2.0, 1.0, 0.0]), 2) == [3, 7]
    assert best(rows, np.zeros(4), 3) == []
