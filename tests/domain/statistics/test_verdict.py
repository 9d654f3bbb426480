"""Ship, roll back, go on, or look closer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.statistics.health import Ailment
from gateway.domain.statistics.verdict import RULE, Decision, Finding, MetricRole, judge

BETTER = Finding("conversion", MetricRole.GOAL, is_better=True)
FLAT = Finding("conversion", MetricRole.GOAL)
SAFE = Finding("latency", MetricRole.GUARDRAIL, is_noninferior=True)
OPEN = Finding("latency", MetricRole.GUARDRAIL)
WORSE_GOAL = Finding("revenue", MetricRole.GOAL, is_worse=True)
WORSE_GUARD = Finding("latency", MetricRole.GUARDRAIL, is_worse=True)
WORSE_SIDE = Finding("carts", MetricRole.SECONDARY, is_worse=True)
SHORT, SPLIT = Ailment.TOO_SHORT, Ailment.SAMPLE_RATIO


@pytest.mark.parametrize(
    ("findings", "ailments", "may_decide", "is_complete", "decision"),
    [
        ([BETTER, SAFE], [], True, False, Decision.SHIP),
        ([BETTER], [], True, True, Decision.SHIP),
        ([BETTER, SAFE], [], False, False, Decision.CONTINUE),  # a preliminary look decides nothing
        ([BETTER, OPEN], [], True, False, Decision.CONTINUE),
        ([BETTER, OPEN], [], True, True, Decision.REVIEW),
        ([BETTER, WORSE_GOAL], [], True, False, Decision.ROLL_BACK),
        ([BETTER, WORSE_GUARD], [], True, True, Decision.ROLL_BACK),
        ([WORSE_GUARD], [], False, False, Decision.CONTINUE),
        ([BETTER, WORSE_SIDE], [], True, False, Decision.CONTINUE),
        ([BETTER, WORSE_SIDE], [], True, True, Decision.REVIEW),
        ([BETTER, SAFE], [SHORT], True, False, Decision.CONTINUE),
        ([BETTER, SAFE], [SHORT], True, True, Decision.CONTINUE),  # the units are there, the week is not
        ([BETTER, SAFE], [SPLIT], True, False, Decision.REVIEW),  # waiting mends no broken split
        ([BETTER, SAFE], [SPLIT, SHORT], True, True, Decision.REVIEW),
        ([FLAT, SAFE], [], True, False, Decision.CONTINUE),
        ([FLAT, SAFE], [], True, True, Decision.REVIEW),
        ([], [], True, True, Decision.REVIEW),
        ([], [], True, False, Decision.CONTINUE),
    ],
)
def test_the_rule_case_by_case(findings, ailments, may_decide, is_complete, decision):
    found = judge(findings, ailments, may_decide=may_decide, is_complete=is_complete)
    assert found.decision is decision
    assert found.because
    assert found.rule == RULE


findings = st.lists(
    st.builds(Finding, st.sampled_from(["a", "b"]), st.sampled_from(MetricRole), st.booleans(), st.booleans(), st.booleans()),
    max_size=4,
)


@given(findings, st.lists(st.sampled_from(Ailment), max_size=2, unique=True), st.booleans(), st.booleans())
def test_nothing_ships_that_is_ill_worse_or_unguarded(found, ailments, may_decide, is_complete):
    verdict = judge(found, ailments, may_decide=may_decide, is_complete=is_complete)
    if verdict.decision is Decision.SHIP:
        assert may_decide
        assert not ailments
        assert not any(f.is_worse for f in found)
        assert all(f.is_noninferior for f in found if f.role is MetricRole.GUARDRAIL)
        assert any(f.is_better for f in found if f.role is MetricRole.GOAL)
    worse = any(f.is_worse for f in found if f.role is not MetricRole.SECONDARY)
    assert (verdict.decision is Decision.ROLL_BACK) is (may_decide and worse)


def test_the_reasons_name_what_decided():
    assert judge([BETTER, SAFE], [], may_decide=True, is_complete=True).because == (
        "conversion is significantly better",
        "every guardrail is within its margin",
    )
    assert judge([BETTER, OPEN], [SPLIT], may_decide=True, is_complete=True).because[0] == Ailment.SAMPLE_RATIO.value
