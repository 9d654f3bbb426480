"""An evaluation as it is told: to a machine, and in rows for people."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gateway.evaluation.measures import AT, Figures
from gateway.evaluation.question import ABOUT, Task


@dataclass(frozen=True, slots=True)
class Entry:
    """One contender at one task."""

    task: Task
    name: str
    ours: bool
    figures: Figures


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """All that was found out. `left_out`: baselines that did not take part, and why."""

    tenant_id: str
    products: int
    learnt_events: int
    learnt_visits: int
    days: float
    seconds: float
    entries: tuple[Entry, ...]
    left_out: Mapping[str, str]

    def of(self, task: Task) -> list[Entry]:
        """Who took part in a task, the best first."""
        there = [entry for entry in self.entries if entry.task == task]
        return sorted(there, key=lambda entry: -entry.figures.hit_rate.value)

    def as_json(self) -> dict[str, Any]:
        """Every figure, with the ends of its interval."""
        return {
            "tenant": self.tenant_id,
            "products": self.products,
            "learntEvents": self.learnt_events,
            "learntVisits": self.learnt_visits,
            "heldOutDays": round(self.days, 3),
            "seconds": round(self.seconds, 1),
            "at": AT,
            "tasks": [
                {"task": task, "about": ABOUT[task], "contenders": [_told(entry) for entry in self.of(task)]}
                for task in Task
                if self.of(task)
            ],
            "leftOut": dict(self.left_out),
        }


def _told(entry: Entry) -> dict[str, Any]:
    figures = entry.figures
    means = {name: getattr(figures, name) for name in ("hit_rate", "mrr", "ndcg", "recall")}
    return {
        "name": entry.name,
        "kind": "strategy" if entry.ours else "baseline",
        "questions": figures.questions,
        "answered": round(figures.answered, 4),
        **{
            _camel(name): {"value": round(mean.value, 4), "low": round(mean.interval[0], 4), "high": round(mean.interval[1], 4)}
            for name, mean in means.items()
        },
        "coverage": round(figures.coverage, 4),
        "novelty": round(figures.novelty, 3),
    }


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.title() for word in rest)
