"""What a request itself says of variants: those chosen outside, and those that somebody wants to look at."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from gateway.domain.experiment import Experiment, ExperimentKey


@dataclass(frozen=True, slots=True)
class SplitGroup:
    """The group that a unit was put into elsewhere. `experiment`: null is the placement's only experiment of that kind."""

    group: str
    experiment: str | None = None


@dataclass(frozen=True, slots=True)
class Forced:
    """A variant to be looked at, by its key or its place."""

    experiment: str
    variant: str


@dataclass(frozen=True, slots=True)
class Said:
    """Everything of that kind in one request. `token`: by which somebody without a key may look at a variant."""

    split_groups: tuple[SplitGroup, ...] = ()
    forced: tuple[Forced, ...] = ()
    token: str | None = field(default=None, repr=False)

    @property
    def is_anything(self) -> bool:
        """Whether there is anything to judge."""
        return bool(self.split_groups or self.forced or self.token)


@dataclass(frozen=True, slots=True)
class Choices:
    """The same, judged: groups and places of variants by their experiment."""

    groups: Mapping[ExperimentKey, str] = field(default_factory=dict)
    forced: Mapping[ExperimentKey, int] = field(default_factory=dict)


def place_of(experiment: Experiment, variant: str) -> int | None:
    """The place of a variant that is named by its key, or by its place, counted from 0; null where there is none."""
    found = experiment.index_of(variant)
    if found is None and is_place(variant):
        return int(variant) if int(variant) < len(experiment.variants) else None
    return found


def is_place(variant: str) -> bool:
    """Whether it may be read as a place: a number of three digits at most."""
    return variant.isascii() and variant.isdigit() and len(variant) < 4  # noqa: PLR2004
