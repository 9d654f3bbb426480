"""An optimiser's past: how its weights came about, unit by unit, by the rule that the gateway goes by."""

from collections import deque
from dataclasses import dataclass, replace
from datetime import datetime

from gateway.domain.experiment import Experiment
from gateway.domain.optimising import Learnt, Policy, next_policy
from gateway.domain.statistics.sums import Sums
from gateway.services.experimenting.tune import PACE


@dataclass(frozen=True, slots=True)
class Served:
    """A unit that got a variant, what came of it, and from when on that is known."""

    variant: int
    clicked: bool
    closes_at: datetime


@dataclass(frozen=True, slots=True)
class Lesson:
    """Weights, and since when they were in force."""

    since: datetime
    policy: Policy


class Apprentice:
    """The optimiser of one past. Units come in the order of their exposure."""

    def __init__(self, optimiser: Experiment) -> None:
        assert optimiser.phase is not None
        assert optimiser.reward is not None
        self.key = optimiser.key
        self.lessons: list[Lesson] = []
        self._now = optimiser
        self._reward = optimiser.reward
        self._since = optimiser.phase.started_at
        self._learnt = (Learnt(),) * len(optimiser.variants)
        self._matured = [Sums()] * len(optimiser.variants)
        self._waiting: deque[Served] = deque()

    def at(self, moment: datetime) -> Experiment:
        """The optimiser with the weights that were in force then."""
        while self._waiting and self._waiting[0].closes_at <= moment:
            closes_at = self._waiting[0].closes_at
            self._reweigh_by(closes_at)
            self._mature(closes_at)
            if closes_at >= self._since + PACE:
                self._reweigh(closes_at)
        self._reweigh_by(moment)
        return self._now

    def see(self, unit: Served) -> None:
        """One more, of which is learnt once its window has closed."""
        self._waiting.append(unit)

    def _mature(self, moment: datetime) -> None:
        """All units whose window closes then: nobody sees some of them without the others."""
        while self._waiting and self._waiting[0].closes_at == moment:
            unit = self._waiting.popleft()
            self._matured[unit.variant] += Sums.of_hits(1, int(unit.clicked))

    def _reweigh_by(self, moment: datetime) -> None:
        """Where enough had matured before the pace was reached."""
        if self._since + PACE <= moment:
            self._reweigh(self._since + PACE)

    def _reweigh(self, moment: datetime) -> None:
        policy, phase = next_policy(self._reward, self._learnt, self._matured), self._now.phase
        if policy is None or phase is None:
            return
        self.lessons.append(Lesson(moment, policy))
        self._since, self._learnt = moment, policy.learnt
        variants = tuple(replace(each, weight=w) for each, w in zip(self._now.variants, policy.weights, strict=True))
        self._now = replace(self._now, variants=variants, phase=replace(phase, policy=phase.policy + 1))
