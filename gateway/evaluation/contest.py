"""Everybody is asked the same questions; what is known already, and what may not be shown, counts for nobody."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gateway.evaluation.baselines.contender import Contender
from gateway.evaluation.measures import AT, Tally
from gateway.evaluation.question import Question

Tell = Callable[[str, int, int | None], None]

_ASKED = 3 * AT  # answers asked for, of which some may not be shown


@dataclass(frozen=True, slots=True)
class Ground:
    """What answers are measured by: what may be shown, and how surprising each product is, by row."""

    showable: NDArray[np.bool_]
    surprise: NDArray[np.float64]


def compete(
    questions: Sequence[Question], contenders: Mapping[str, Contender], ground: Ground, tell: Tell = lambda *_: None
) -> dict[str, Tally]:
    """The tally of each contender, over all questions in their order."""
    showable = int(ground.showable.sum())
    tallies = {name: Tally(ground.surprise, showable) for name in contenders}
    for done, question in enumerate(questions):
        for name, contender in contenders.items():
            found = contender.answer(question, _ASKED + len(question.known))
            tallies[name].add(_allowed(found, question, ground.showable), question.targets)
        tell(f"asking: {question.task}", done + 1, len(questions))
    return tallies


def _allowed(found: Iterable[int], question: Question, showable: NDArray[np.bool_]) -> list[int]:
    known = question.known
    return [row for row in found if row not in known and showable[row]][:AT]
