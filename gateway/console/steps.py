"""What can be done to an experiment, in which state, and what happens then: said before it is done."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from gateway.domain.experiment import Experiment, ExperimentStatus

_S = ExperimentStatus


@dataclass(frozen=True, slots=True)
class Step:
    """One of them. `when`: in which states; `does`: what happens then; `grave`: it cannot be taken back."""

    verb: str
    label: str
    title: str
    when: frozenset[ExperimentStatus]
    does: str
    grave: bool = False


_ALL = (
    Step(
        "start",
        "Start",
        "Start it",
        frozenset({_S.DRAFT}),
        "Units are drawn by a new seed and given their variants from this moment on. What it is judged by is fixed now: goals, "
        "guardrails, size and end.",
    ),
    Step(
        "restart",
        "Start again",
        "Start it again",
        frozenset({_S.STOPPED}),
        "A new phase begins: every unit is drawn anew, and figures begin at zero.",
        grave=True,
    ),
    Step(
        "pause",
        "Pause",
        "Pause it",
        frozenset({_S.RUNNING}),
        "No unit is given a variant until it goes on; everybody sees the placement as it is. What units do is still added up.",
    ),
    Step(
        "resume",
        "Go on",
        "Go on with it",
        frozenset({_S.PAUSED}),
        "Units are given the variants that they had.",
    ),
    Step(
        "coverage",
        "More coverage",
        "Take in more units",
        frozenset({_S.RUNNING, _S.PAUSED}),
        "Those who take part keep their variants; others come in. Coverage may only grow while it runs.",
    ),
    Step(
        "stop",
        "Stop",
        "Stop it",
        frozenset({_S.RUNNING, _S.PAUSED}),
        "No more units come in, and figures are final once the last window has closed. Where a winner is named, everybody has it "
        "from now on.",
        grave=True,
    ),
    Step(
        "archive",
        "Archive",
        "Archive it",
        frozenset({_S.DRAFT, _S.STOPPED}),
        "It is put away: the list shows it to whoever asks for it, and its winner is given to nobody any more.",
        grave=True,
    ),
)

STEPS: Mapping[str, Step] = MappingProxyType({step.verb: step for step in _ALL})


def steps_for(experiment: Experiment) -> list[Step]:
    """What may be done to it now; an optimiser's weights and coverage are its own, and nobody is left to come in where all do."""
    found = (step for step in _ALL if experiment.status in step.when)
    return [step for step in found if step.verb != "coverage" or (not experiment.reward and experiment.coverage < 1)]
