"""What to do: ship, roll back, go on, or look closer; with the rule and what it went by."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from gateway.domain.statistics.health import Ailment

RULE = (
    "ROLL_BACK if a goal or a guardrail is significantly worse. SHIP if at least one goal is significantly better, every "
    "guardrail is no worse than its margin, nothing is significantly worse and the experiment is healthy. CONTINUE until the "
    "planned end, unless something is wrong that waiting does not mend. Otherwise REVIEW."
)


class Decision(StrEnum):
    """What the figures say to do."""

    SHIP = "SHIP"
    ROLL_BACK = "ROLL_BACK"
    CONTINUE = "CONTINUE"
    REVIEW = "REVIEW"


class MetricRole(StrEnum):
    """What a metric is for."""

    GOAL = "GOAL"
    GUARDRAIL = "GUARDRAIL"
    SECONDARY = "SECONDARY"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found of one metric and variant. `is_better`, `is_worse`: significantly, by the adjusted p for goals, at a look
    that may decide or at one before. `is_noninferior`: for guardrails.
    """

    metric: str
    role: MetricRole
    is_better: bool = False
    is_worse: bool = False
    is_noninferior: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """`because`: what decided, a sentence each, the weightiest first."""

    decision: Decision
    because: tuple[str, ...]
    rule: str = RULE


def judge(findings: Sequence[Finding], ailments: Sequence[Ailment], *, may_decide: bool, is_complete: bool) -> Verdict:
    """The verdict on a variant by `RULE`.

    `may_decide`: false at a preliminary look (FIXED before its end, sequential before its burn-in): then significance counts for
    nothing. `is_complete`: whether the planned units or the planned end are reached.
    """
    worse = [f for f in findings if f.is_worse]
    blocking = [f for f in worse if f.role is not MetricRole.SECONDARY]
    if may_decide and blocking:
        return Verdict(Decision.ROLL_BACK, tuple(f"{f.metric} is significantly worse" for f in blocking))
    better = [f for f in findings if f.role is MetricRole.GOAL and f.is_better]
    against = _against(findings, ailments)
    if may_decide and better and not against:
        return Verdict(Decision.SHIP, (*(f"{f.metric} is significantly better" for f in better), *_in_favour(findings)))
    broken = [each for each in ailments if not each.heals]
    if not is_complete and not broken:
        return Verdict(Decision.CONTINUE, ("the planned end is not reached", *against))
    if any(each.heals for each in ailments) and not broken:
        return Verdict(Decision.CONTINUE, tuple(against))
    return Verdict(Decision.REVIEW, (*against, *(() if better else ("no goal is significantly better",))))


def _against(findings: Sequence[Finding], ailments: Sequence[Ailment]) -> list[str]:
    """What speaks against shipping."""
    return [
        *(each.value for each in sorted(ailments, key=lambda ailment: ailment.heals)),
        *(f"{f.metric} is significantly worse" for f in findings if f.is_worse),
        *(
            f"{f.metric} is not shown to be within its margin"
            for f in findings
            if f.role is MetricRole.GUARDRAIL and not f.is_noninferior and not f.is_worse
        ),
    ]


def _in_favour(findings: Sequence[Finding]) -> list[str]:
    guards = [f for f in findings if f.role is MetricRole.GUARDRAIL]
    return ["every guardrail is within its margin"] if guards else []
