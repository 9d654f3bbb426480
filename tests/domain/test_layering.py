"""Parts of a layer: of the size that is asked, never shared, kept while an experiment grows."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.layering import GRAIN, allot, free_share

shares = st.integers(0, GRAIN).map(lambda cells: cells / GRAIN)
steps = st.lists(st.tuples(st.integers(0, 5), shares), max_size=30)


def cells(ranges):
    return {cell for low, high in ranges for cell in range(round(low * GRAIN), round(high * GRAIN))}


def test_experiments_of_a_layer_stand_side_by_side():
    a = allot(0.5)
    b = allot(0.3, taken=a)
    assert (a, b) == (((0.0, 0.5),), ((0.5, 0.8),))
    assert free_share([*a, *b]) == pytest.approx(0.2)
    assert allot(0.21, taken=[*a, *b]) is None


def test_who_grows_keeps_its_part_and_takes_what_is_free():
    assert allot(0.4, held=[(0.0, 0.2)], taken=[(0.2, 0.5)]) == ((0.0, 0.2), (0.5, 0.7))


def test_who_shrinks_gives_back_from_its_end():
    assert allot(0.3, held=[(0.0, 0.2), (0.5, 0.7)]) == ((0.0, 0.2), (0.5, 0.6))
    assert allot(0, held=[(0.0, 0.2)]) == ()


def test_the_smallest_gap_that_holds_all_is_taken_first():
    taken = [(0.0, 0.1), (0.5, 0.6), (0.7, 1.0)]
    assert allot(0.1, taken=taken) == ((0.6, 0.7),)
    assert allot(0.45, taken=taken) == ((0.1, 0.5), (0.6, 0.65))


@given(steps)
def test_whatever_starts_grows_shrinks_and_ends_no_unit_is_in_two(asked):
    parts: dict[int, tuple] = {}
    for name, share in asked:
        held = parts.get(name, ())
        taken = [each for other, part in parts.items() if other != name for each in part]
        given_ = allot(share, held, taken)
        if given_ is None:
            assert share > len(cells(held)) / GRAIN + free_share([*taken, *held]) - 1e-9
            continue
        assert len(cells(given_)) == round(share * GRAIN)
        assert cells(given_) >= cells(held) or cells(given_) <= cells(held)
        parts[name] = given_
        assert not any(cells(a) & cells(b) for a, b in combinations(parts.values(), 2))
        assert all(0 <= low < high <= 1 for part in parts.values() for low, high in part)


@given(shares, shares)
def test_what_is_free_and_what_is_taken_is_the_whole(first, second):
    a = allot(first)
    b = allot(second, taken=a)
    if b is None:
        assert first + second > 1
    else:
        assert len(cells(a)) + len(cells(b)) + round(free_share([*a, *b]) * GRAIN) == GRAIN
