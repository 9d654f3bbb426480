"""A strategy of a release as a contender: asked by `find`, as a page asks it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from gateway.domain.event_type import EventType
from gateway.domain.page import PageContext
from gateway.domain.placement import StrategyName
from gateway.domain.visitor import PastEvent
from gateway.evaluation.question import Question, Step
from gateway.index.roster import Roster
from gateway.strategies.repertoire import Repertoire
from gateway.strategies.strategy import Moment

_NOW = datetime(2000, 1, 1, tzinfo=UTC)  # no strategy asks how long ago a step of this visit was, only in which order


@dataclass(frozen=True, slots=True)
class Strategic:
    """Products by their ids on the strategy's side, by their rows on the questions'. `parameters`: what a placement would say."""

    name: StrategyName
    repertoire: Repertoire
    roster: Roster
    parameters: Mapping[str, Any] = field(default_factory=dict)

    def answer(self, question: Question, count: int) -> Sequence[int]:
        """What the strategy finds, with the visit as history and the seeds as what the page is about."""
        history = tuple(self._event(step, age) for age, step in enumerate(reversed(question.seen)))
        types = {kind: EventType(kind, step.weight) for step in question.seen for kind in [_kind(step)]}
        context = PageContext(product_ids=tuple(map(self.roster.id, question.seeds)))
        moment = Moment(question.market_id, context, history, parameters=self.parameters, types=types)
        found = self.repertoire.find(self.name, moment, count)
        return [self.roster.row(candidate.product_id) for candidate in found]

    def _event(self, step: Step, age: int) -> PastEvent:
        return PastEvent(_NOW - timedelta(seconds=age), _kind(step), self.roster.id(step.row))


def _kind(step: Step) -> str:
    """A type for each weight: steps know how much they say, not what they were called."""
    return "purchase" if step.bought else f"of {step.weight}"
