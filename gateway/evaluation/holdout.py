"""Splits a tenant's past in time: what came before is learnt from, the visits that began after are asked about."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
from numpy.typing import NDArray

import sql
from gateway.errors import BadInput
from gateway.evaluation.asking import ask_about_baskets, ask_about_visits
from gateway.evaluation.question import Question
from gateway.index.workshop import CATEGORIES, EVENTS, PRODUCTS, Limits, open_workshop

SHARE = 0.1  # of the visits, where no days are said
LEAST = 100  # visits, below which figures would say nothing
_MOST = 3_000_000  # rows that baselines learn from, the newest ones: they live in memory
_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Groups:
    """Visits or orders and the products in them: two columns of one length, the newest first, a product once in each."""

    group: NDArray[np.int64]
    product: NDArray[np.int64]

    @property
    def count(self) -> int:
        """How many there are."""
        return int(self.group[-1]) + 1 if len(self.group) else 0


@dataclass(frozen=True, slots=True)
class Split:
    """`learn`: the folder that a rehearsal works from. `days`: how much was held out. `showable`: by row."""

    learn: Path
    days: float
    visits: Groups
    baskets: Groups
    questions: tuple[Question, ...]
    showable: NDArray[np.bool_]


def split(told: Path, place: Path, limits: Limits, *, days: float | None, sample: int) -> Split:
    """Splits the trainer's files in `told`, making `place`; `sample` bounds the questions of each task.

    Visits are those of the workshop. BadInput where fewer than 100 visits would be left to ask about or to learn from.
    """
    with open_workshop(told, limits) as duck:
        before, newest = _border(duck, days)
        showable = duck.execute(sql.training("traits")).fetchnumpy()["showable"].astype(np.bool_)
        visits, baskets = (_groups(duck, f"learnt_{kind}s", kind, before) for kind in ("visit", "basket"))
        asked = [*ask_about_visits(duck, before, sample, showable), *ask_about_baskets(duck, before, sample, showable)]
        learn = _write_learnt(duck, told, place, before)
    held = (newest - before) / _DAY
    if visits.count < LEAST:
        raise BadInput(f"only {visits.count} visits began before the {held:.1f} days held out: hold out fewer", field="days")
    return Split(learn, held, visits, baskets, tuple(asked), showable)


def _border(duck: duckdb.DuckDBPyConnection, days: float | None) -> tuple[float, float]:
    """The moment that parts the past, so many days before the newest event or where a tenth of the visits is left; the newest."""
    found = duck.execute(sql.training("held_share"), {"share": SHARE}).fetchone()
    assert found is not None
    visits, suggested, newest = found
    if visits < LEAST / SHARE:
        least = int(LEAST / SHARE)
        raise BadInput(f"{visits:,} visits have looked at two products or more; an evaluation needs {least:,}", field="tenant")
    return (suggested if days is None else newest - days * _DAY), newest


def _groups(duck: duckdb.DuckDBPyConnection, name: str, column: str, before: float) -> Groups:
    found = duck.execute(sql.training(name), {"before": before, "most": _MOST}).fetchnumpy()
    return Groups(found[column].astype(np.int64), found["product"].astype(np.int64))


def _write_learnt(duck: duckdb.DuckDBPyConnection, told: Path, place: Path, before: float) -> Path:
    """The same files with the events of the time before."""
    place.mkdir(parents=True)
    for name in (PRODUCTS, CATEGORIES):
        shutil.copyfile(told / name, place / name)
    given = {"path": str(told / EVENTS), "out": str(place / EVENTS), "before": before}
    duck.execute(sql.training("learnt_events"), given)
    return place
