"""Links on their way to a table, against plain loops."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.index.proposals import Proposals
from gateway.index.tables import NOBODY

FIRST, LAST = 3, 7

links = st.dictionaries(st.tuples(st.integers(FIRST, LAST - 1), st.integers(0, 9)), st.floats(0, 8, width=16), max_size=24)


def proposals(told):
    rows = sorted(told.items(), key=lambda link: link[0][0])
    seeds, targets = (np.array([pair[n] for pair, _ in rows], np.int64) for n in (0, 1))
    return Proposals(FIRST, LAST, seeds, targets, np.array([score for _, score in rows], np.float32))


def as_told(found):
    assert list(found.seeds) == sorted(found.seeds)
    told = dict(zip(zip(found.seeds.tolist(), found.targets.tolist(), strict=True), found.scores.tolist(), strict=True))
    assert len(told) == len(found.seeds)
    return told


def best_of(told, seed):
    """The targets of a seed, the strongest first, then the smallest."""
    return sorted((-score, target) for (s, target), score in told.items() if s == seed)


@given(one=links, other=links)
def test_links_of_both_have_the_better_score_or_the_sum(one, other):
    both = {*one, *other}
    joined, added = proposals(one).joined(proposals(other)), proposals(one).added(proposals(other))
    assert as_told(joined) == {pair: max(one.get(pair, 0), other.get(pair, 0)) for pair in both}
    assert as_told(added) == pytest.approx({pair: one.get(pair, 0) + other.get(pair, 0) for pair in both})


@given(told=links, width=st.integers(1, 12))
@settings(max_examples=200)
def test_a_row_of_a_table_is_the_best_of_a_seed_over_its_very_best(told, width):
    rows, scores = proposals(told).best(width)
    assert rows.shape == scores.shape == (LAST - FIRST, width)
    for seed in range(FIRST, LAST):
        found = [(score, target) for score, target in best_of(told, seed) if score < 0]
        top = -found[0][0] if found else 1
        filled = [NOBODY] * (width - len(found))
        assert rows[seed - FIRST].tolist() == [target for _, target in found[:width]] + filled
        wanted = [np.float32(-score) / np.float32(top) for score, _ in found[:width]] + [0.0] * len(filled)
        assert np.allclose(scores[seed - FIRST], wanted)


@given(told=links, count=st.integers(1, 6))
def test_shortened_keeps_the_strongest_of_every_seed(told, count):
    kept = as_told(proposals(told).shortened(count))
    for seed in range(FIRST, LAST):
        strongest = sorted((score for (s, _), score in told.items() if s == seed), reverse=True)[:count]
        assert sorted((score for (s, _), score in kept.items() if s == seed), reverse=True) == strongest
    assert kept.items() <= told.items()
