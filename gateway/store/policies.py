"""An optimiser's weights as they are kept, each set with what it was made of, so that the next begins where it ended."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import asyncpg

from gateway.domain.experiment import Experiment, ExperimentKey, Variant
from gateway.domain.hindsight import Group
from gateway.domain.optimising import REWARDS, Learnt, Policy, Weighing
from gateway.domain.statistics.bandit import Posterior
from gateway.domain.statistics.logged import Logged
from gateway.domain.statistics.sums import Sums
from gateway.domain.tenant import TenantId
from gateway.store.database import Database


class Reader(Protocol):
    """Whoever answers queries: the database, or a transaction of it."""

    async def fetch(self, name: str, /, **given: object) -> list[asyncpg.Record]:
        """The rows of the query `file.name`."""
        ...


@dataclass(frozen=True, slots=True)
class Standing:
    """Of one moment: the number of the weights in force, since when, what was learnt until then, and all that has matured by now,
    by variant.
    """

    policy: int
    since: datetime
    learnt: tuple[Learnt, ...]
    matured: tuple[Sums, ...]


class PolicyStore:
    """Reads optimisers' weights."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def due(self, before: datetime) -> list[tuple[TenantId, ExperimentKey]]:
        """The optimisers that run on weights from before a moment."""
        rows = await self._db.fetch("policy.due", before=before)
        return [(TenantId(row["tenant_id"]), ExperimentKey(row["key"])) for row in rows]

    async def standing(self, experiment: Experiment, reader: Reader | None = None) -> Standing | None:
        """Where an optimiser stands; null where it is none, or never began."""
        if experiment.reward is None or experiment.phase is None:
            return None
        reader = reader or self._db
        stretch = {"experiment_id": experiment.experiment_id, "phase": experiment.phase.number}
        rows = await reader.fetch("policy.last", **stretch)
        if not rows:
            return None
        told: Mapping[str, Any] = rows[0]["evidence"]
        found = await reader.fetch("policy.matured", **stretch, metric=REWARDS[experiment.reward])
        sums = {row["variant"]: sums_of(row) for row in found}
        return Standing(
            policy=rows[0]["policy"],
            since=rows[0]["since"],
            learnt=tuple(_learnt(told.get(each.key)) for each in experiment.variants),
            matured=tuple(sums.get(place, Sums()) for place in range(len(experiment.variants))),
        )

    async def course(self, experiment: Experiment, steps: int) -> tuple[Weighing, ...]:
        """How the weights of the last phase moved, in so many steps or a little more; nothing where they never did."""
        if experiment.reward is None or experiment.phase is None:
            return ()
        phase = experiment.phase.number
        rows = await self._db.fetch("policy.course", experiment_id=experiment.experiment_id, phase=phase, steps=steps)
        return tuple(Weighing(row["since"], tuple(row["weights"])) for row in rows)

    async def drawn(
        self, experiment: Experiment, metric: str, targets: Sequence[int], since: datetime, until: datetime
    ) -> list[Group]:
        """What units of the experiment's last phase came to whom chance gave their variant, those alike together."""
        assert experiment.phase is not None, "what never ran has drawn nothing"
        rows = await self._db.fetch(
            "policy.drawn",
            experiment_id=experiment.experiment_id,
            phase=experiment.phase.number,
            metric=metric,
            targets=list(targets),
            since=since,
            until=until,
        )
        return [Group(row["variant"], row["propensity"], row["fold"], row["segment"], sums_of(row)) for row in rows]


async def log_of(reader: Reader, experiment: Experiment, segment: tuple[str, str]) -> tuple[Logged, ...]:
    """What an optimiser's units earned, beside how likely even weights would have given each what it had."""
    if experiment.reward is None or experiment.phase is None:
        return ()
    rows = await reader.fetch(
        "policy.earned",
        experiment_id=experiment.experiment_id,
        phase=experiment.phase.number,
        metric=REWARDS[experiment.reward],
        segment=segment[0],
        value=segment[1],
    )
    even = 1 / len(experiment.variants)
    return tuple(Logged(sums_of(row), row["weights"][row["variant"]], even) for row in rows)


def evidence_of(variants: Sequence[Variant], policy: Policy) -> Mapping[str, Any]:
    """What weights were made of, by variant, for whoever asks and for the next."""
    return {
        variant.key: {
            "counted": _told(learnt.counted),
            "known": _told(learnt.known),
            "mean": belief.mean,
            "deviation": belief.deviation,
        }
        for variant, learnt, belief in zip(variants, policy.learnt, policy.beliefs, strict=True)
    }


def belief_of(told: Mapping[str, Any] | None) -> Posterior | None:
    """What weights were made of says it; null where nothing had been learnt."""
    return Posterior(told["mean"], told["deviation"]) if told else None


def sums_of(row: asyncpg.Record) -> Sums:
    """Whole numbers, as floats: squares of money are past what JSON's integers hold."""
    return Sums(n=float(row["n"]), y=float(row["y"]), yy=float(row["yy"]))


def _told(sums: Sums) -> list[float]:
    return [sums.n, sums.y, sums.yy]


def _learnt(told: Mapping[str, Any] | None) -> Learnt:
    if told is None:
        return Learnt()
    (n, y, yy), (known_n, known_y, known_yy) = told["counted"], told["known"]
    return Learnt(Sums(n=n, y=y, yy=yy), Sums(n=known_n, y=known_y, yy=known_yy))
