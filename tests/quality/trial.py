"""One data set through the real pipeline: the trainer's files, parted in time, rehearsed, loaded, asked by `find`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from gateway.evaluation.baselines.contender import Contender, best
from gateway.evaluation.baselines.item_neighbours import fading
from gateway.evaluation.contest import compete
from gateway.evaluation.evaluate import ground
from gateway.evaluation.holdout import Split, split
from gateway.evaluation.measures import Tally
from gateway.evaluation.question import Question, Task
from gateway.index.learning import gather
from gateway.index.manifest import Manifest
from gateway.index.material import Material
from gateway.index.workshop import Limits, open_workshop
from gateway.strategies.rehearsal import Score, rehearse
from gateway.strategies.repertoire import Repertoire, load_repertoire
from tests.quality.sets import Shop
from tests.rehearsed import bring

SAMPLE = 3_000


@dataclass(frozen=True)
class Trial:
    """A shop, trained on what came before; `material` is what the release was fitted from."""

    name: str
    parted: Split
    manifest: Manifest
    repertoire: Repertoire

    @cached_property
    def material(self) -> Material:
        with TemporaryDirectory() as days, open_workshop(self.parted.learn, Limits(), Path(days)) as duck:
            return gather(duck, None, lambda _: None)

    def questions(self, task: Task) -> list[Question]:
        return [question for question in self.parted.questions if question.task == task]

    def compete(self, task: Task, contenders: Mapping[str, Contender], questions: Sequence[Question] = ()) -> dict[str, Tally]:
        return compete(questions or self.questions(task), contenders, ground(self.parted))


def hold(shop: Shop, place: Path, days: float | None = None, sample: int = SAMPLE) -> Trial:
    """Trains on all but the newest visits of a shop, in `place`."""
    bring(place / "told", shop.products, shop.events, shop.categories)
    parted = split(place / "told", place / "learn", Limits(), days=days, sample=sample)
    return rehearsed(shop.name, parted, place)


def rehearsed(name: str, parted: Split, place: Path) -> Trial:
    """Trains on what was left to learn from."""
    manifest = rehearse(Score("quality", parted.learn, place / "release", Limits()), lambda _: None)
    return Trial(name, parted, manifest, load_repertoire(place / "release"))


@dataclass(frozen=True)
class Lists:
    """The neighbour lists alone, without vectors: of the last product, or merged over the last ten."""

    material: Material
    merged: bool

    def answer(self, question: Question, count: int) -> Sequence[int]:
        weights = fading(question.prefix) if self.merged else {question.seeds[0]: 1.0}
        scores = np.zeros(self.material.extent.products)
        for row, weight in weights.items():
            lists = self.material.views[[row]]
            scores[lists.indices] += weight * lists.data / (lists.data.max(initial=0) or 1)
        scores[list(question.known)] = 0
        return best(np.arange(len(scores)), scores, count)


@dataclass(frozen=True)
class Exact:
    """The products nearest to the last one by the exact cosine."""

    material: Material

    def answer(self, question: Question, count: int) -> Sequence[int]:
        vectors = self.material.vectors
        scores = np.where(self.material.traits.showable, vectors @ vectors[question.seeds[0]], 0).astype(np.float64)
        scores[list(question.known)] = 0
        return best(np.arange(len(scores)), scores, count)


@dataclass(frozen=True)
class Indexed:
    """The same as the release's index finds them."""

    repertoire: Repertoire

    def answer(self, question: Question, count: int) -> Sequence[int]:
        assert self.repertoire.release is not None
        neighbours = self.repertoire.release.neighbours
        vector = neighbours.vector(question.seeds[0])
        return [] if vector is None else [row for row, cosine in neighbours.near(vector, count) if cosine > 0]
