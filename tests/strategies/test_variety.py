"""Variety, against maximal marginal relevance worked out by hand; and the sketches it looks at."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.domain.placement import StrategyName
from gateway.domain.ranking import Candidate
from gateway.index.manifest import BadRelease
from gateway.index.sketches import DIMENSIONS, Sketches, write_sketches
from gateway.strategies.variety import vary
from tests import shop
from tests.strategies.asking import department, ids, page

KNOWN = [told.product_id for told in shop.told()]


def by_hand(candidates, release, lam):
    """Asks for the best of λ·score − (1 − λ)·max(0, cosines to the chosen), again and again."""
    rows = np.array([release.roster.row(c.product_id) for c in candidates], int)
    vectors = np.where((rows >= 0)[:, None], release.sketches.of(rows), 0)
    left, chosen = list(range(len(candidates))), []
    while left:
        near = [max((float(vectors[n] @ vectors[c]) for c in chosen), default=0) for n in left]
        worth = [lam * candidates[n].score - (1 - lam) * max(0, cosine) for n, cosine in zip(left, near, strict=True)]
        yield round(max(worth), 4)
        chosen.append(left.pop(int(np.argmax(worth))))


def worths(order, release, lam):
    """What each product of an order was worth when its turn came."""
    rows = np.array([release.roster.row(c.product_id) for c in order], int)
    vectors = np.where((rows >= 0)[:, None], release.sketches.of(rows), 0)
    cosines = vectors @ vectors.T
    near = [max(0, cosines[n, :n].max(initial=0)) for n in range(len(order))]
    return [round(lam * c.score - (1 - lam) * float(cosine), 4) for c, cosine in zip(order, near, strict=True)]


lists = st.lists(
    st.tuples(st.sampled_from([*KNOWN, "no-such"]), st.floats(0, 1, width=16)), max_size=40, unique_by=lambda p: p[0]
)


@given(listed=lists, lam=st.sampled_from([0.0, 0.3, 0.7, 0.9]))
@settings(max_examples=80, deadline=None)
def test_the_next_is_always_the_best_that_is_left(repertoire, listed, lam):
    candidates = [Candidate(i, score) for i, score in sorted(listed, key=lambda pair: -pair[1])]
    varied = vary(candidates, repertoire.release, lam)
    assert sorted(ids(varied)) == sorted(ids(candidates))
    assert worths(varied, repertoire.release, lam) == pytest.approx(list(by_hand(candidates, repertoire.release, lam)), abs=1e-3)


def test_after_some_chairs_a_lamp_is_welcome(repertoire):
    candidates = [Candidate(shop.product("chairs", n), 0.9 + n / 100) for n in (6, 5, 4)]
    candidates.append(Candidate("lamps-12", 0.85))
    assert department(vary(candidates, repertoire.release, 0.5)[1].product_id) == "lamps"
    assert vary(candidates, repertoire.release, 0.999)[0] == candidates[0]


def test_lambda_one_leaves_the_list_as_it_is(repertoire):
    found = repertoire.find(StrategyName.SIMILAR, page(KNOWN[3]), 40)
    assert vary(found, repertoire.release, 1.0) == found


def test_past_the_depth_the_order_stays(repertoire):
    found = repertoire.find(StrategyName.SIMILAR, page(KNOWN[3]), 40)
    varied = vary(found, repertoire.release, 0.5, depth=10)
    assert varied[10:] == found[10:]
    assert set(ids(varied[:10])) == set(ids(found[:10]))


@pytest.mark.parametrize("candidates", [[], [Candidate("lamps-03", 0.5)]])
def test_one_product_or_none_needs_no_variety(repertoire, candidates):
    assert vary(candidates, repertoire.release, 0.5) == candidates


def test_without_a_release_nothing_is_known_to_be_alike():
    candidates = [Candidate("a", 1.0), Candidate("b", 0.5)]
    assert vary(candidates, None, 0.5) == candidates


def test_a_sketch_keeps_angles_nearly_and_the_same_every_time(tmp_path):
    vectors = np.random.default_rng(1).normal(size=(200, 256)).astype(np.float32)
    vectors[100:] = vectors[:100] + 0.5 * vectors[100:]
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    vectors[7] = 0
    (tmp_path / "again").mkdir()
    for folder in (tmp_path, tmp_path / "again"):
        write_sketches(folder, vectors)
    assert (tmp_path / "sketches.f16").read_bytes() == (tmp_path / "again" / "sketches.f16").read_bytes()
    found = Sketches(tmp_path, 200)
    found.check()
    sketches = found.of(np.arange(200))
    errors = sketches @ sketches.T - vectors @ vectors.T
    assert sketches.shape == (200, DIMENSIONS)
    assert not sketches[7].any()
    assert errors.std() < 0.13
    assert np.abs(errors[np.arange(100), np.arange(100, 200)]).max() < 0.2


def test_a_sketch_of_another_length_is_refused(tmp_path):
    np.full((3, DIMENSIONS), 0.5, np.float16).tofile(tmp_path / "sketches.f16")
    with pytest.raises(BadRelease, match="length 1"):
        Sketches(tmp_path, 3).check()
