"""Which of two lists drawn into one is preferred, and what to do about it."""

from gateway.domain.appraisal.evidence import Evidence
from gateway.domain.experiment import InferenceMode
from gateway.domain.result import Estimated, ListPreference, Verdict
from gateway.domain.statistics.interleaving import Preference, Team
from gateway.domain.statistics.verdict import Decision

RULE = (
    "SHIP where the variant's picks are preferred (p at any look below alpha; of FIXED the sign test's p at the planned end), "
    "ROLL_BACK where the control's are, CONTINUE until the planned end, else REVIEW. Clicks alone decide: every unit sees both "
    "lists, so that goals and guardrails cannot be told apart."
)


def preferred(evidence: Evidence) -> ListPreference | None:
    """As results say it; null where each unit has one of the variants."""
    found = evidence.preference
    if found is None:
        return None
    return ListPreference(
        wins_a=found.wins_a,
        wins_b=found.wins_b,
        ties=found.ties,
        delta=Estimated.of(found.delta, found.interval),
        p=found.p,
        p_any_look=found.p_any_look,
        preferred=_winner(evidence, found),
        note=found.note.value if found.note else None,
    )


def verdict_of(evidence: Evidence, found: Preference) -> Verdict:
    """By clicks alone."""
    told = {"winsA": found.wins_a, "winsB": found.wins_b, "ties": found.ties, "complete": _is_complete(evidence, found)}
    return Verdict(_decided(evidence, found), RULE, told)


def _decided(evidence: Evidence, found: Preference) -> Decision:
    if _winner(evidence, found):
        return Decision.SHIP if found.preferred is Team.B else Decision.ROLL_BACK
    over = _is_complete(evidence, found) or not evidence.experiment.runs
    return Decision.REVIEW if over else Decision.CONTINUE


def _winner(evidence: Evidence, found: Preference) -> str | None:
    """The variant that is preferred, and not by chance."""
    plan, variants = evidence.experiment.plan, evidence.experiment.variants
    fixed = plan.mode is InferenceMode.FIXED
    p = found.p if fixed else found.p_any_look
    if p is None or p >= plan.alpha or found.preferred is None or (fixed and not _is_complete(evidence, found)):
        return None
    return variants[1 if found.preferred is Team.B else 0].key


def _is_complete(evidence: Evidence, found: Preference) -> bool:
    plan = evidence.experiment.plan
    if plan.units:
        return found.wins_a + found.wins_b + found.ties >= plan.units
    return plan.end is not None and evidence.at >= plan.end
