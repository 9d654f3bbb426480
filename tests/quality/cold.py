"""A product that nobody has met, but that says what it is: how well it leads on, against the same product not hidden."""

import random
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gateway.domain.placement import StrategyName
from gateway.evaluation.holdout import split
from gateway.evaluation.question import Question, Task
from gateway.evaluation.strategic import Strategic
from gateway.index.workshop import Limits
from tests.quality.gates import column
from tests.quality.sets import Shop
from tests.quality.trial import Trial, hold, rehearsed
from tests.rehearsed import bring

_SHARE = 0.1  # of the products are hidden
_SAMPLE = 20_000  # visits, of which those are asked about that end at a hidden product

Columns = NDArray[np.float64]


STRATEGIES = {Task.NEXT: StrategyName.ALSO_VIEWED, Task.TOGETHER: StrategyName.ALSO_BOUGHT}


def compare(shop: Shop, place: Path, task: Task) -> tuple[str, Columns, Columns]:
    """The name, then the recall of each question about a hidden product: hidden, and not.

    What leads to another hidden product is not asked: it is the seed that is cold.
    """
    known = hold(shop, place / "known", sample=_SAMPLE)
    chance = random.Random(11)
    hidden = {told.product_id for told in shop.products if chance.random() < _SHARE}
    bring(place / "cold" / "told", shop.products, shop.without(hidden).events, shop.categories)
    days = known.parted.days
    parted = split(place / "cold" / "told", place / "cold" / "learn", Limits(), days=days, sample=_SAMPLE)
    cold = rehearsed(shop.name, parted, place / "cold")
    rows = {row for row, told in enumerate(sorted(shop.products, key=lambda told: told.product_id)) if told.product_id in hidden}
    asked = [replace(one, targets=one.targets - rows) for one in known.questions(task) if one.seeds[0] in rows]
    questions = [one for one in asked if one.targets]
    return f"{shop.name}, {task}", _recall(cold, task, questions), _recall(known, task, questions)


def _recall(asked: Trial, task: Task, questions: list[Question]) -> Columns:
    """What happened when the products were there."""
    assert asked.repertoire.release is not None
    roster = asked.repertoire.release.roster
    tallies = asked.compete(task, {"it": Strategic(STRATEGIES[task], asked.repertoire, roster)}, questions)
    return column(tallies["it"], "recall")
