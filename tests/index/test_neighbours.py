import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.index.nearest import find_nearest
from gateway.index.neighbours import good_enough, write_neighbours
from gateway.index.vectors import joined, walk_vectors


def unit(count, dimensions=16, seed=0):
    vectors = np.random.default_rng(seed).normal(size=(count, dimensions)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def test_the_same_vectors_make_the_same_bytes(tmp_path):
    made = []
    for name in ("once", "again"):
        (tmp_path / name).mkdir()
        write_neighbours(tmp_path / name, unit(500))
        made.append((tmp_path / name / "vectors.ann").read_bytes())
    assert made[0] == made[1]


def test_vectors_that_are_zero_or_no_numbers_stay_out(tmp_path):
    vectors = unit(50)
    vectors[3], vectors[7, 0], vectors[9, 1] = 0, np.nan, np.inf
    fitness = write_neighbours(tmp_path, vectors)
    assert fitness.vectors == 47
    assert not {3, 7, 9} & set(np.fromfile(tmp_path / "vectors.i32", np.int32).tolist())


@pytest.mark.parametrize("count", [0, 1, 2, 5, 21])
def test_a_tiny_catalog_is_good_enough(tmp_path, count):
    fitness = write_neighbours(tmp_path, unit(count))
    assert good_enough(fitness.recall, fitness.ties)
    assert fitness.recall == (1.0 if count else None)


def test_products_that_are_all_alike_are_good_enough(tmp_path):
    fitness = write_neighbours(tmp_path, np.repeat(unit(3), 400, axis=0))
    assert fitness.ties == 1.0
    assert good_enough(fitness.recall, fitness.ties)


@pytest.mark.parametrize(
    ("recall", "ties", "enough"), [(0.95, 0, True), (0.949, 0, False), (0.91, 0.5, True), (0.89, 0.5, False), (None, 0, True)]
)
def test_an_index_must_find_nineteen_of_twenty(recall, ties, enough):
    assert good_enough(recall, ties) is enough


@given(count=st.integers(0, 40), width=st.integers(1, 45), zeros=st.sets(st.integers(0, 39)), seed=st.integers(0, 9))
@settings(max_examples=60)
def test_exact_neighbours_are_the_nearest_with_a_positive_cosine(count, width, zeros, seed):
    vectors = unit(count, 4, seed)
    vectors[[z for z in zeros if z < count]] = 0
    found = find_nearest(vectors, width)
    cosines = vectors @ vectors.T
    for row in range(count):
        expected = sorted((-cosines[row, other], other) for other in range(count) if other != row and cosines[row, other] > 0)
        near = found.rows[row][found.rows[row] >= 0]
        assert len(near) == min(width, len(expected))
        assert cosines[row, near] == pytest.approx([-c for c, _ in expected[:width]], abs=1e-6)


def test_above_the_exact_size_a_part_of_the_room_holds_nearly_the_same():
    vectors = unit(3000) * 0.6 + np.repeat(unit(60, seed=1), 50, axis=0)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    vectors[5] = 0
    exact, fast = find_nearest(vectors, 20), find_nearest(vectors, 20, exact_below=100, room=900)
    shared = [len(set(a) & set(b)) for a, b in zip(exact.rows.tolist(), fast.rows.tolist(), strict=True)]
    assert np.mean(shared) > 19
    assert set(fast.rows[5]) == {-1}
    assert 5 not in fast.rows
    assert all(row not in near for row, near in enumerate(fast.rows.tolist()))


def test_a_product_nobody_has_seen_stands_where_its_words_are():
    content = unit(3)
    walked = unit(3, 128, 1)
    walked[2] = 0
    vectors = joined(walked, content)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1, 1, 1])
    assert vectors[2, 128:] == pytest.approx(content[2])
    assert vectors[0, :128] == pytest.approx(walked[0] / np.hypot(1, 0.3), rel=1e-5)


def test_what_was_never_walked_has_no_vector():
    walk = sp.csr_array(np.array([[0, 1, 0], [1, 0, 0], [0, 0, 0]], np.float32))
    vectors = walk_vectors(walk)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1, 1, 0])
    assert joined(vectors, np.zeros((3, 128), np.float32)).shape == (3, 128)
