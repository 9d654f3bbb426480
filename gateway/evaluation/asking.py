"""From visits and orders that were held out to questions about them."""

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from random import Random

import duckdb
import numpy as np
from numpy.typing import NDArray

import sql
from gateway.domain.catalog import MarketId
from gateway.evaluation.question import Question, Step, Task

Showable = NDArray[np.bool_]

_CART = 3
_SEED = 20


def ask_about_visits(duck: duckdb.DuckDBPyConnection, before: float, sample: int, showable: Showable) -> Iterator[Question]:
    """What came next, and what was bought later; a visit whose answer may not be shown is not asked about."""
    rows = duck.execute(sql.training("held_steps"), {"before": before, "sample": sample}).fetchall()
    for _, told in groupby(rows, key=itemgetter(0, 1)):
        lines = list(told)
        steps = [Step(product, weight, bought) for _, _, product, weight, bought, _ in lines]
        market_id = MarketId(next((market for *_, market in lines if market), ""))
        for question in (_next(steps, market_id), _later(steps, market_id)):
            if question and (targets := frozenset(row for row in question.targets if showable[row])):
                yield Question(question.task, question.seen, question.seeds, targets, question.market_id)


def ask_about_baskets(duck: duckdb.DuckDBPyConnection, before: float, sample: int, showable: Showable) -> Iterator[Question]:
    """The rest of an order from one of its products, and from three."""
    for task, seeds in ((Task.TOGETHER, 1), (Task.CART, _CART)):
        given = {"before": before, "sample": sample, "least": seeds + 1}
        rows = duck.execute(sql.training("held_baskets"), given).fetchall()
        for basket, told in groupby(rows, key=itemgetter(0)):
            lines = list(told)
            products = [product for _, product, _ in lines]
            Random(f"{_SEED}:{basket}").shuffle(products)
            targets = frozenset(row for row in products[seeds:] if showable[row])
            if targets:
                yield Question(task, (), tuple(products[:seeds]), targets, MarketId(lines[0][2]))


def _next(steps: list[Step], market_id: MarketId) -> Question:
    """Leave the last out: the visit up to the moment at which its last new product came. There are two products or more."""
    first_seen: dict[int, int] = {}
    for place, step in enumerate(steps):
        first_seen.setdefault(step.row, place)
    target, place = max(first_seen.items(), key=itemgetter(1))
    return Question(Task.NEXT, tuple(steps[:place]), (steps[place - 1].row,), frozenset({target}), market_id)


def _later(steps: list[Step], market_id: MarketId) -> Question | None:
    """What a visit bought after its first step, from that step; null where that was nothing else, or the step was a purchase."""
    first, rest = steps[0], steps[1:]
    targets = frozenset(step.row for step in rest if step.bought) - {first.row}
    return Question(Task.LATER, (first,), (first.row,), targets, market_id) if targets and not first.bought else None
