import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.index.manifest import BadRelease
from gateway.index.roster import NOWHERE, Roster, write_roster

ids = st.sets(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12), max_size=40)


@given(known=ids, asked=ids)
@settings(max_examples=60)
def test_every_product_is_found_in_its_row_and_no_other(tmp_path_factory, known, asked):
    folder = tmp_path_factory.mktemp("roster")
    ordered = sorted(known, key=str.encode)
    assert write_roster(folder, ordered) == len(ordered)
    roster = Roster(folder, len(ordered))
    roster.check()
    assert [roster.id(row) for row in range(len(roster))] == ordered
    assert {i: roster.row(i) for i in ordered} == {i: row for row, i in enumerate(ordered)}
    assert all(roster.row(i) == NOWHERE for i in asked - known)


def test_an_id_that_is_no_text_is_nowhere(tmp_path):
    write_roster(tmp_path, ["a", "b"])
    assert Roster(tmp_path, 2).row("\ud800") == NOWHERE


def test_a_roster_of_another_length_is_refused(tmp_path):
    write_roster(tmp_path, ["a", "b"])
    with pytest.raises(BadRelease):
        Roster(tmp_path, 3)


def test_a_roster_out_of_order_is_refused(tmp_path):
    write_roster(tmp_path, ["b", "a"])
    with pytest.raises(BadRelease, match="out of order"):
        Roster(tmp_path, 2).check()
