"""An evaluation from beginning to end: split the past, train on what came before, ask about what came after."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

import numpy as np

from gateway.domain.placement import StrategyName
from gateway.errors import BadInput
from gateway.evaluation.baselines.contender import Contender
from gateway.evaluation.baselines.ease import LARGEST, Ease
from gateway.evaluation.baselines.item_neighbours import ItemNeighbours
from gateway.evaluation.baselines.popularity import Popularity
from gateway.evaluation.baselines.session_neighbours import SessionNeighbours
from gateway.evaluation.contest import Ground, Tell, compete
from gateway.evaluation.holdout import Groups, Split, split
from gateway.evaluation.measures import surprise
from gateway.evaluation.question import Task
from gateway.evaluation.report import Entry, Evaluation
from gateway.evaluation.strategic import Strategic
from gateway.index.workshop import Limits
from gateway.strategies.rehearsal import Score, rehearse
from gateway.strategies.repertoire import Repertoire, load_repertoire

SAMPLE = 2_000
"""Questions of each task, where no number is said: an interval of about ±2 points."""

EASE_STRENGTH = {Task.TOGETHER: 1500.0, Task.CART: 500.0}

_OURS: Mapping[Task, tuple[StrategyName, ...]] = {
    Task.NEXT: (
        StrategyName.PERSONAL,
        StrategyName.ALSO_VIEWED,
        StrategyName.SIMILAR,
        StrategyName.BESTSELLERS,
        StrategyName.TRENDING,
        StrategyName.TOP_RATED,
    ),
    Task.LATER: (StrategyName.BOUGHT_AFTER_VIEWING, StrategyName.ALSO_VIEWED),
    Task.TOGETHER: (StrategyName.ALSO_BOUGHT, StrategyName.CART),
    Task.CART: (StrategyName.CART, StrategyName.ALSO_BOUGHT),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is to be evaluated: the trainer's files in `told`; all that is made stands below `place`. `days` null: a tenth of
    the visits is held out.
    """

    tenant_id: str
    told: Path
    place: Path
    limits: Limits
    days: float | None = None
    sample: int = SAMPLE


def evaluate(wish: Wish, tell: Tell = lambda *_: None) -> Evaluation:
    """The figures of every strategy that can be asked, beside the baselines; BadInput where the past is too short."""
    began = monotonic()
    tell("splitting the past", 0, None)
    parted = split(wish.told, wish.place / "learn", wish.limits, days=wish.days, sample=wish.sample)
    if not parted.questions:
        raise BadInput(f"nothing that can be asked about began in the last {parted.days:.1f} days: hold out more", field="days")
    folder = wish.place / "release"
    manifest = rehearse(Score("evaluation", parted.learn, folder, wish.limits), lambda step: tell(step, 0, None))
    repertoire = load_repertoire(folder)
    entries: list[Entry] = []
    left_out: dict[str, str] = {}
    for task in Task:
        questions = [question for question in parted.questions if question.task == task]
        if questions:
            tell(f"learning baselines: {task}", 0, None)
            ours, baselines = strategies(task, repertoire), dict(_baselines(task, parted, left_out))
            tallies = compete(questions, {**ours, **baselines}, ground(parted), tell)
            entries += [Entry(task, name, name in ours, tally.figures()) for name, tally in tallies.items()]
    return Evaluation(
        tenant_id=wish.tenant_id,
        products=manifest.products,
        learnt_events=manifest.events,
        learnt_visits=parted.visits.count,
        days=parted.days,
        seconds=monotonic() - began,
        entries=tuple(entries),
        left_out=left_out,
    )


def strategies(task: Task, repertoire: Repertoire) -> dict[str, Contender]:
    """The strategies of a release that have something to say to a task."""
    assert repertoire.release is not None
    roster = repertoire.release.roster
    return {str(name): Strategic(name, repertoire, roster) for name in _OURS[task] if name in repertoire.strategies}


def ground(parted: Split) -> Ground:
    """What answers are measured by."""
    seen_in = np.bincount(parted.visits.product, minlength=len(parted.showable))
    return Ground(parted.showable, surprise(seen_in, parted.visits.count))


def _baselines(task: Task, parted: Split, left_out: dict[str, str]) -> Iterator[tuple[str, Contender]]:
    """The baselines of a task; those that cannot take part are put into `left_out`."""
    products = len(parted.showable)
    learnt = parted.visits if task in (Task.NEXT, Task.LATER) else parted.baskets
    if task in EASE_STRENGTH:
        bought = len(np.unique(learnt.product))
        if bought > LARGEST:
            left_out["EASE"] = f"{bought:,} products were bought; its memory grows with their square, {LARGEST:,} are the most"
        elif bought:
            yield "EASE", Ease(learnt.group, learnt.product, EASE_STRENGTH[task])
    elif task == Task.NEXT:
        yield "VS-kNN", SessionNeighbours(learnt.group, learnt.product, products)
    for name, make in _LEARNING_FROM_GROUPS.items():
        yield name, make(learnt, products)


_LEARNING_FROM_GROUPS: Mapping[str, Callable[[Groups, int], Contender]] = {
    "item-kNN": lambda learnt, products: ItemNeighbours(learnt.group, learnt.product, products),
    "popularity": lambda learnt, products: Popularity(learnt.product, products),
}
