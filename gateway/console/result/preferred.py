"""Which of two lists drawn into one visitors prefer, in sentences."""

from gateway.console.wording import counted, likelihood, signed, whole
from gateway.domain.experiment import InferenceMode
from gateway.domain.result import ExperimentResult


def preference_lines(result: ExperimentResult) -> tuple[str, ...]:
    """Who was clicked more, how sure that is, and who wins; nothing where each unit has one variant."""
    found = result.preference
    if found is None:
        return ()
    a, b = (variant.name or variant.key for variant in result.experiment.variants[:2])
    clicked = f"{counted(found.wins_a, 'unit')} clicked more of {a}, {whole(found.wins_b)} more of {b}"
    lines = [f"{clicked}, {whole(found.ties)} as much of both."]
    if found.delta is None or found.p is None:
        return (*lines, f"Nothing can be said yet: {found.note or 'too few clicks'}.")
    if found.delta.lower is not None and found.delta.upper is not None:
        lines.append(
            f"{b} wins {signed(found.delta.estimate * 100)} points more often than by chance "
            f"({signed(found.delta.lower * 100)} to {signed(found.delta.upper * 100)})."
        )
    at_end = result.mode is InferenceMode.FIXED
    p = found.p if at_end else found.p_any_look
    said = "p at the planned end" if at_end else "p at any look"
    names = {variant.key: variant.name or variant.key for variant in result.experiment.variants}
    winner = f"Visitors prefer {names[found.preferred]}" if found.preferred else "No preference is shown"
    return (*lines, f"{winner} ({said}: {likelihood(p)}).")
