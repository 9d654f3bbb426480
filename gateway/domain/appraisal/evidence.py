"""What an experiment is appraised from: what PostgreSQL has added up of it by one moment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from gateway.domain.experiment import Experiment
from gateway.domain.metric import Metric
from gateway.domain.result import OptimiserWeight, PastLook
from gateway.domain.statistics.interleaving import Preference
from gateway.domain.statistics.logged import Logged
from gateway.domain.statistics.sums import Sums


@dataclass(frozen=True, slots=True)
class Arm:
    """What a variant's units came to, by metric."""

    sums: Mapping[str, Sums] = field(default_factory=dict)

    def of(self, metric: str) -> Sums:
        """The sums of a metric; of no units where nobody is in."""
        return self.sums.get(metric, Sums())

    @property
    def units(self) -> int:
        """How many there are."""
        return max((int(each.n) for each in self.sums.values()), default=0)


@dataclass(frozen=True, slots=True)
class Intake:
    """Who came in. `by_day`: of each variant. `expected`: how many units of each variant the propensities, or the weights of each
    moment, say; none where the weights never changed. `multiple`, `bots`, `forced`: units in no arm. `reweighed`: whether weights
    changed between those that came in.
    """

    by_day: Sequence[Mapping[date, int]] = ()
    expected: Sequence[float] = ()
    multiple: int = 0
    bots: int = 0
    forced: int = 0
    reweighed: bool = False

    @property
    def units(self) -> tuple[int, ...]:
        """How many of each variant."""
        return tuple(sum(days.values()) for days in self.by_day)


@dataclass(frozen=True, slots=True)
class Breadth:
    """What a variant showed of the catalog. `products`: how many were shown to so many units; `on_sale`: how many of all of them
    may be shown now, and `sellable` how many of the whole catalog.
    """

    products: Mapping[int, int] = field(default_factory=dict)
    on_sale: int = 0
    sellable: int = 0


@dataclass(frozen=True, slots=True)
class Evidence:
    """All of one moment. `closed`: units whose window has closed, by variant; `every`: all of them; `held`: those that the last
    look saw. `metrics`: those that the phase adds up, by key. `log`: what an optimiser's units earned, beside how likely even
    weights would have given each what it had. `preference`: of lists drawn from two variants. `breadth`: by variant. `everyone`:
    of a segment, what all units came to and the looks at them, for it is judged by their bound.
    """

    experiment: Experiment
    at: datetime
    metrics: Mapping[str, Metric]
    closed: Sequence[Arm]
    every: Sequence[Arm]
    intake: Intake = Intake()
    looks: Sequence[PastLook] = ()
    held: Sequence[Arm] = ()
    weights: Sequence[OptimiserWeight] = ()
    log: Sequence[Logged] = ()
    preference: Preference | None = None
    breadth: Sequence[Breadth] = ()
    segment: str | None = None
    everyone: "Evidence | None" = None
