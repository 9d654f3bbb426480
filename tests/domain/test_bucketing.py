"""Buckets are those of any GrowthBook SDK, whatever a value is made of."""

import math

import pytest
from growthbook import core as oracle
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.bucketing import bucket, bucket_ranges, choose, hash_value, in_range, number_text

TEXTS = st.one_of(
    st.text(), st.text(st.characters(min_codepoint=0x10000)), st.text(st.characters(categories=["Cs", "Lo", "Ll"]), max_size=20)
)
ODD = [0, -0.0, 1, 12.0, 0.1 + 0.2, 1e21, 1e20, 123456789012345680000, 1e-6, 1e-7, 1.5e-7, -1e21, 5e-324, 1.7976931348623157e308,
       2**53 + 1, 10**400, math.nan, math.inf, -math.inf, True, False, None, "", "0", [], {}]  # fmt: skip


@pytest.mark.parametrize(
    ("seed", "value", "version", "expected"),
    [
        ("", "kajsa", 1, 0.293),
        ("", "kajsa", 2, 0.6849),
        ("spring", "kajsa", 1, 0.044),
        ("spring", "kajsa", 2, 0.7521),
        ("spring", "olle", 2, 0.0645),
        ("9b1deb4d3b7d4bad", "session 17", 2, 0.0946),
        ("holdout:acme", "s-1", 2, 0.4925),
        ("layer:prices", "s-1", 2, 0.8973),
        ("hero:3", "åsa@exempel.se", 2, 0.5781),
        ("hero:3", "Łódź", 1, 0.156),
        ("räksmörgås", "räksmörgås", 2, 0.7906),
        ("😀", "🦄🦄", 2, 0.8068),
        ("😀", "🦄🦄", 1, 0.48),
        ("a", "\ud83d", 2, 0.045),
        ("", "0", 2, 0.7733),
    ],
)
def test_buckets_stay_what_they_are(seed, value, version, expected):
    assert bucket(seed, value, version) == expected


@given(TEXTS, TEXTS, st.sampled_from([0, 1, 2, 3, 99]))
def test_any_text_falls_into_the_bucket_of_the_oracle(seed, value, version):
    assert bucket(seed, value, version) == oracle.gbhash(seed, value, version)


def test_units_of_utf_16_are_hashed_and_no_bytes_or_code_points():
    assert bucket("s", "å") != bucket("s", "Ã¥")  # the bytes of å, read one by one
    assert bucket("s", "😀") == bucket("s", "\ud83d\ude00")  # one character, two units


@pytest.mark.parametrize("attribute", ODD)
def test_odd_attributes_are_told_as_javascript_tells_them(attribute):
    expected = oracle._hash_string(attribute) if oracle._is_hashable(attribute) else ""
    assert (hash_value(attribute) or "") == expected


@given(st.one_of(st.floats(allow_nan=False, allow_infinity=False), st.integers(-(2**70), 2**70)))
def test_numbers_are_written_as_javascript_writes_them(number):
    assert number_text(number) == oracle._js_number_to_string(number)


@given(
    st.floats(-1, 2) | st.sampled_from([0.0, 1.0, 0.5]),
    st.lists(st.floats(-0.2, 1.2) | st.sampled_from([0.5, 0.25, 1 / 3]), min_size=1, max_size=6),
)
def test_ranges_are_those_of_the_oracle_also_where_weights_do_not_sum(coverage, weights):
    assert list(bucket_ranges(coverage, tuple(weights))) == oracle.getBucketRanges(len(weights), coverage, weights)


@given(st.lists(st.floats(0.01, 1), min_size=2, max_size=5), st.floats(0, 1), st.floats(0, 1), st.floats(0, 1, exclude_max=True))
def test_more_coverage_moves_nobody(parts, one, other, place):
    weights = tuple(part / sum(parts) for part in parts)
    less, more = sorted((one, other))
    before, after = choose(place, bucket_ranges(less, weights)), choose(place, bucket_ranges(more, weights))
    assert before in (-1, after)


@given(st.floats(0, 1), st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), max_size=4))
def test_the_first_range_that_holds_a_bucket_is_chosen(place, ranges):
    assert choose(place, ranges) == oracle.chooseVariation(place, ranges)
    assert all(in_range(place, each) == oracle.inRange(place, each) for each in ranges)
