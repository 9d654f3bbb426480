"""What the shop tries out: variants of what its placements do, who gets which, and by what they will be judged."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NewType

from gateway.domain.placement import PlacementId

ExperimentKey = NewType("ExperimentKey", str)
Range = tuple[float, float]
"""From the first up to, not with, the second, of [0, 1)."""


class ExperimentStatus(StrEnum):
    """Where an experiment stands in its life."""

    DRAFT = "DRAFT"
    RUNNING = "RUNNING"
    PAUSED = "PAUSED"
    STOPPED = "STOPPED"
    ARCHIVED = "ARCHIVED"


class ExperimentOutcome(StrEnum):
    """What came of it, in the words of whoever stopped it."""

    WON = "WON"
    LOST = "LOST"
    INCONCLUSIVE = "INCONCLUSIVE"
    INVALID = "INVALID"


class ExperimentUnit(StrEnum):
    """Whom a variant is given to, and whose doings are added up."""

    SESSION = "SESSION"
    VISITOR = "VISITOR"
    USER = "USER"


class Allocation(StrEnum):
    """How a unit meets the variants: one of them, or the lists of two drawn into one."""

    BUCKET = "BUCKET"
    INTERLEAVED = "INTERLEAVED"


class InferenceMode(StrEnum):
    """When figures may be looked at: once, at the end; at planned looks; at any time."""

    FIXED = "FIXED"
    GROUP_SEQUENTIAL = "GROUP_SEQUENTIAL"
    ALWAYS_VALID = "ALWAYS_VALID"


class AssignmentSource(StrEnum):
    """Why a unit has its variant."""

    HASH = "HASH"
    STICKY = "STICKY"
    EXTERNAL = "EXTERNAL"
    FORCED = "FORCED"
    BANDIT = "BANDIT"


class OptimiserReward(StrEnum):
    """What an optimiser goes by: whether a unit did it, or for how much."""

    CLICK = "CLICK"
    CART = "CART"
    ORDER = "ORDER"
    REVENUE = "REVENUE"


@dataclass(frozen=True, slots=True)
class Variant:
    """One way of doing it; the first of an experiment is the control. `parameters` override the placement: strategies, count,
    rules, filter, message, any strategy parameter. `weight`: its share of the units that take part.
    """

    key: str
    name: str
    weight: float
    parameters: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Guardrail:
    """A metric that must not get worse by more than `margin`, a share of the control's value: 0.02 is 2 %."""

    metric: str
    margin: float


@dataclass(frozen=True, slots=True)
class AnalysisPlan:
    """By what an experiment is judged, decided before it starts. `units`, `end`: when it is over. `window`: how long after its
    exposure a unit counts. `alpha`: how often a difference may be found where there is none.
    """

    goals: tuple[str, ...] = ()
    guardrails: tuple[Guardrail, ...] = ()
    mode: InferenceMode = InferenceMode.ALWAYS_VALID
    alpha: float = 0.05
    units: int | None = None
    end: datetime | None = None
    window: timedelta = timedelta(hours=72)


@dataclass(frozen=True, slots=True)
class Phase:
    """A stretch of an experiment in which who gets what follows one seed. A new one draws the units anew. `policy`: of an
    optimiser, which of its weights are in force, counted from 1; 0 elsewhere.
    """

    number: int
    seed: str
    started_at: datetime
    ended_at: datetime | None = None
    policy: int = 0


@dataclass(frozen=True, slots=True)
class Experiment:
    """An experiment. `coverage`: the share of the units that take part; in a layer the share of the layer, and `ranges` are its
    part of it. `external`: who gets what is decided elsewhere and told as `splitGroups`. `reward`: what it goes by where it is an
    optimiser. `phase`: the last one; null where it never ran.
    """

    experiment_id: int
    key: ExperimentKey
    name: str
    placements: tuple[PlacementId, ...]
    variants: tuple[Variant, ...]
    hypothesis: str = ""
    status: ExperimentStatus = ExperimentStatus.DRAFT
    outcome: ExperimentOutcome | None = None
    reason: str | None = None
    winner: str | None = None
    unit: ExperimentUnit = ExperimentUnit.SESSION
    coverage: float = 1.0
    layer_id: str | None = None
    ranges: tuple[Range, ...] = ()
    condition: Mapping[str, Any] = field(default_factory=dict)
    sticky: bool = False
    external: bool = False
    allocation: Allocation = Allocation.BUCKET
    reward: OptimiserReward | None = None
    plan: AnalysisPlan = AnalysisPlan()
    phase: Phase | None = None

    @property
    def weights(self) -> tuple[float, ...]:
        """Each variant's share, in their order."""
        return tuple(variant.weight for variant in self.variants)

    @property
    def runs(self) -> bool:
        """Whether units are taken in now."""
        return self.status is ExperimentStatus.RUNNING

    def index_of(self, variant_key: str) -> int | None:
        """The place of a variant; null where there is none of this key."""
        return next((place for place, variant in enumerate(self.variants) if variant.key == variant_key), None)


@dataclass(frozen=True, slots=True)
class Assigned:
    """The variant a unit has of an experiment, and why. `propensity`: how likely it was to get this one."""

    experiment: Experiment
    index: int
    source: AssignmentSource
    propensity: float = 1.0
    split_group: str | None = None

    @property
    def variant(self) -> Variant:
        """What it has."""
        return self.experiment.variants[self.index]

    @property
    def is_prize(self) -> bool:
        """Whether it is the winner of an experiment that is over, which everybody has; not where somebody looks at it."""
        return self.experiment.status is ExperimentStatus.STOPPED and self.source is not AssignmentSource.FORCED


@dataclass(frozen=True, slots=True)
class Exposed:
    """That a unit really got a variant, and where that was. `apart`: why it counts in no arm; null where it counts."""

    experiment_id: int
    phase: int
    unit: str
    variant: int
    exposed_at: datetime
    source: AssignmentSource
    policy: int = 0
    propensity: float | None = None
    apart: str | None = None
    market_id: str | None = None
    device: str | None = None
    page_type: str | None = None
