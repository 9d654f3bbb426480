"""Conditions hold where GrowthBook's own SDK says that they do, and none of them can keep a server busy."""

from time import perf_counter

import pytest
from growthbook import core as oracle
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.domain.condition import faults_of, holds
from gateway.domain.stage import Stage

PLAIN = st.one_of(
    st.none(), st.booleans(), st.integers(-3, 3), st.sampled_from([0.5, 1.0, 2.5]),
    st.sampled_from(["", "a", "A", "b", "ab", "2.0.0", "10.0.0", "2.0.0-rc.1", "v1.9", "åäö", "ÅÄÖ", "\uffee", "\U0001f600"]),
)  # fmt: skip
VALUES = st.recursive(PLAIN, lambda each: st.lists(each, max_size=3) | st.dictionaries(st.sampled_from("abn"), each, max_size=2))
ATTRIBUTES = st.dictionaries(st.sampled_from("abn"), VALUES, max_size=3)
PATTERNS = st.sampled_from(["a", "^a", "b$", "[0-9]+", "^A", "(?i)ab", "a|b", "^$", r"\d\.\d"])
LISTS = st.lists(PLAIN, min_size=1, max_size=3)
LEAVES = st.one_of(
    st.tuples(st.sampled_from(["$eq", "$ne", "$lt", "$lte", "$gt", "$gte"]), PLAIN),
    st.tuples(st.sampled_from(["$veq", "$vne", "$vlt", "$vlte", "$vgt", "$vgte"]), PLAIN),
    st.tuples(st.sampled_from(["$regex", "$regexi", "$notRegex", "$notRegexi"]), PATTERNS),
    st.tuples(st.sampled_from(["$in", "$nin", "$ini", "$nini", "$all"]), LISTS),
    st.tuples(st.just("$exists"), st.booleans()),
    st.tuples(st.just("$type"), st.sampled_from(["string", "number", "boolean", "array", "object", "null"])),
    st.tuples(st.just("$size"), st.integers(0, 3)),
)
OPERATORS = st.recursive(
    st.lists(LEAVES, max_size=2).map(dict),
    lambda each: (
        st.builds(lambda inner: {"$not": inner}, each)
        | st.builds(lambda inner: {"$elemMatch": inner}, each)
        | st.builds(lambda inner: {"$size": inner}, each)
    ),
    max_leaves=3,
)
PATHS = st.sampled_from(["a", "b", "a.b", "n", "a.0", "a.length", "a.01"])
CONDITIONS = st.recursive(
    st.dictionaries(PATHS, OPERATORS | PLAIN, max_size=2),
    lambda each: st.builds(lambda name, some: {name: some}, st.sampled_from(["$and", "$or", "$nor"]), st.lists(each, min_size=1, max_size=3))
    | st.builds(lambda inner: {"$not": inner}, each)
    | st.builds(lambda inner: {"a": {"$elemMatch": inner}}, each),
    max_leaves=4,
)  # fmt: skip


@settings(max_examples=1500)
@given(ATTRIBUTES, CONDITIONS)
def test_a_condition_holds_where_the_oracle_says_so(attributes, condition):
    if any(_compares_what_is_nested(attributes)):
        return
    if faults := list(faults_of(condition)):  # $not of an element is about its value there: no fields can be asked for
        assert all("$elemMatch.$not.$" in at for at, _ in faults)
        return
    assert holds(condition, attributes) == oracle.evalCondition(attributes, condition)


def _compares_what_is_nested(attributes):
    """$in and $eq compare lists and objects by what is in them here, and never find them equal there: the one difference."""
    for value in attributes.values():
        inner = value if isinstance(value, list) else [value]
        yield any(isinstance(each, dict | list) for each in inner) and isinstance(value, list)


@pytest.mark.parametrize(
    ("condition", "at", "says"),
    [
        ({"a": {"$regex": "a(?=b)"}}, "when.a.$regex", "neither looking around nor back-references"),
        ({"a": {"$regex": "("}}, "when.a.$regex", "missing )"),
        ({"a": {"$regex": ""}}, "when.a.$regex", "1 to 500 characters"),
        ({"a": {"$regex": 5}}, "when.a.$regex", "1 to 500 characters"),
        ({"a": {"$regex": r"(\w{900}x){1,900}"}}, "when.a.$regex", "no regular expression"),
        ({"a": {"$regex": r"[^x]{999}[^y]{999}[^z]{999}\pL{999}"}}, "when.a.$regex", "too large"),
        ({"a": {"$inGroup": "vip"}}, "when.a.$inGroup", "saved groups are not kept here"),
        ({"$savedGroups": ["vip"]}, "when.$savedGroups", "saved groups are not kept here"),
        ({"a": {"$near": 1}}, "when.a.$near", "$vgte"),
        ({"a": {"$ini": []}}, "when.a.$ini", "1 to 500 values"),
        ({"a": {"$elemMatch": {"b": {"$near": 1}}}}, "when.a.$elemMatch.b.$near", "no operator"),
    ],
)
def test_what_can_never_be_evaluated_is_refused_in_words(condition, at, says):
    [(field, message)] = faults_of(condition)
    assert field == at
    assert says in message


def test_no_pattern_keeps_a_server_busy():
    condition = {"a": {"$regex": "^(a+)+$"}}
    assert not list(faults_of(condition))
    started = perf_counter()
    assert not holds(condition, {"a": "a" * 50_000 + "b"})
    assert perf_counter() - started < 10  # what tries every way takes for ever


def test_a_pattern_is_not_taken_for_a_value_when_it_is_asked_whether_a_condition_can_ever_hold():
    stage = Stage(("se", "de"), ("home", "item"), "2026-05-01", (), ("Nord",), ())
    assert stage.can_be({"brand": {"$regex": "^N"}})
    assert stage.can_be({"market": {"$regex": "^s"}})
    assert not stage.can_be({"market": {"$regex": "^x"}})
    assert stage.can_be({"visitor.app": {"$vgte": "2.10.0"}})
    assert stage.can_be({"date": {"$regex": "^2027"}})
