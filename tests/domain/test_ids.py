"""The ids of an answer derive from each other, and back."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain import ids

moments = st.integers(1_577_836_800_000, 3_786_912_000_000).map(lambda ms: datetime.fromtimestamp(ms / 1000, UTC))
randomness = st.binary(min_size=8, max_size=8)


@given(moments, randomness, st.integers(0, 254), st.integers(0, 254))
def test_a_recommendation_says_its_view_list_and_position(now, bits, number, position):
    view = ids.make_view_id(now, bits)
    shown = ids.recommendation_id(view, number, position)
    assert (view.version, shown.version, shown.variant) == (8, 8, "specified in RFC 4122")
    assert ids.shown_as(shown) == ids.Shown(view, number, position)
    assert ids.view_of(shown) == ids.view_of(ids.list_id(view, number)) == view
    assert abs(ids.made_at(shown) - now) <= timedelta(milliseconds=1)


@given(moments, randomness)
def test_views_lists_and_recommendations_never_share_an_id(now, bits):
    view = ids.make_view_id(now, bits)
    made = [view, *(ids.list_id(view, n) for n in range(255)), *(ids.recommendation_id(view, n, 0) for n in range(255))]
    assert len(set(made)) == len(made)


def test_an_id_that_is_not_ours_is_not_taken_for_one():
    view = ids.make_view_id(datetime.now(UTC), bytes(8))
    assert ids.shown_as(view) is None
    assert ids.shown_as(ids.list_id(view, 3)) is None
    assert all(ids.shown_as(uuid4()) is None for _ in range(50))


@pytest.mark.parametrize(("number", "position"), [(255, 0), (0, 255)])
def test_a_view_has_room_for_255_lists_of_255(number, position):
    with pytest.raises(ValueError, match="255"):
        ids.recommendation_id(ids.make_view_id(datetime.now(UTC), bytes(8)), number, position)
