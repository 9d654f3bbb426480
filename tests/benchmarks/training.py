"""What a night costs, beside implicit's ALS on the same events and the same core: `python -m tests.benchmarks.training [EVENTS …]`.

Processor seconds on one thread, each in a process of its own, since other work may share the machine.
"""

import os
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from gateway.index.days import EPOCH, marks_of
from gateway.index.errand import CATEGORIES, EVENTS, PRODUCTS, Errand, Part
from gateway.index.manifest import Manifest, read
from gateway.index.visits import SILENCE
from gateway.index.workshop import Limits
from gateway.trainer import AT_ONCE

GATE = 0.8  # of ALS
SIZES = (100_000, 1_000_000, 10_000_000)
_NEWEST = 1_772_366_400  # any moment; ages are measured from it
_DAYS = 60
_DAY = 86_400
_MOST = 100_000  # products
_EACH = 20  # events a product, until there are so many
_TASTES = 200
_KINDS = ((1.0, "f", 0.85), (3.0, "f", 0.10), (5.0, "t", 0.05))  # weight, bought, share: views, carts, purchases
_WORDS = ("oak", "pine", "red", "blue", "small", "large", "round", "soft", "classic", "modern", "light", "dark")


@dataclass(frozen=True)
class Night:
    """What a release took."""

    seconds: float
    manifest: Manifest


@dataclass(frozen=True)
class Figures:
    """Seconds of the processor. `vectors`: from events to a vector a product; `lists`: and to the 100 nearest of each."""

    events: int
    products: int
    vectors: float
    first: Night
    next: Night
    als_vectors: float
    als_lists: float

    def __str__(self) -> str:
        first, later = self.first, self.next
        return (
            f"{self.events:>10,} events, {self.products:>7,} products\n"
            f"  events to vectors            {self.vectors:7.1f} s = {self.vectors / self.als_vectors:.2f} of ALS ({self.als_vectors:.1f} s)"
            f" · gate {GATE}\n"
            f"  whole release, first night   {first.seconds:7.1f} s = {first.seconds / self.als_lists:.2f} of ALS with lists"
            f" ({self.als_lists:.1f} s), {first.seconds / self.als_vectors:.2f} of ALS without\n"
            f"  whole release, next night    {later.seconds:7.1f} s = {later.seconds / self.als_lists:.2f}"
            f" and {later.seconds / self.als_vectors:.2f}; it read one day of {_DAYS}\n"
            f"  memory at most {first.manifest.peak_megabytes:,} MB, then {later.manifest.peak_megabytes:,} MB;"
            f" recall@20 {first.manifest.recall or 0:.3f}"
        )


def measure_training(events: int = 1_000_000) -> Figures:
    """Trains on generated visits, twice, and has the rival do the same."""
    products = min(events // _EACH, _MOST)
    with tempfile.TemporaryDirectory() as place:
        work, sums = Path(place) / "work", Path(place) / "sums"
        _generate(work, events, products)
        _leave_errand(work, [date.fromordinal(n) for n in _days()])
        alone = _said("tests.benchmarks.learner", str(work))
        shutil.rmtree(work / "days")
        first = _train(work, Path(place) / "first", sums)
        _leave_errand(work, [date.fromordinal(_days()[-1])], changed=1)
        later = _train(work, Path(place) / "next", sums)
        rival = _said("tests.benchmarks.rival", str(work / EVENTS))
    return Figures(events, products, alone["vectors"], first, later, rival["vectors"], rival["lists"])


def _days() -> range:
    last = datetime.fromtimestamp(_NEWEST + 600, UTC).date().toordinal()
    return range(last - _DAYS, last + 1)


def _leave_errand(work: Path, days: list[date], changed: int = 0) -> None:
    """Has the next rehearsal read these days, in parts as the trainer makes them; the last has another mark where it `changed`."""
    marks = marks_of({date.fromordinal(n): 1 + changed * (n == _days()[-1]) for n in _days()})
    with (work / EVENTS).open() as whole:
        count = sum(1 for _ in whole) - 1
    step = max(1, len(days) * AT_ONCE // max(count, 1))
    parts = []
    for first in range(0, len(days), step):
        run = days[first : first + step]
        parts.append(Part(f"part-{first}.csv", {day: marks[day] for day in run}))
        since = (run[0] - EPOCH).days * _DAY - SILENCE
        with (work / EVENTS).open() as whole, (work / parts[-1].file).open("w") as file:
            file.write(next(whole))
            until = ((run[-1] - EPOCH).days + 1) * _DAY
            file.writelines(line for line in whole if since <= float(line.split(",", 2)[1]) < until)
    Errand(parts, marks).write(work)


def _train(work: Path, folder: Path, sums: Path) -> Night:
    score = {"release_id": "benchmark", "work": str(work), "folder": str(folder), "limits": asdict(Limits()), "days": str(sums)}
    before = _children()
    _run("gateway.strategies.rehearsal", given=orjson.dumps(score) + b"\n")
    return Night(_children() - before, read(folder))


def _said(module: str, *arguments: str) -> Mapping[str, Any]:
    return dict(orjson.loads(_run(module, *arguments)))


def _run(module: str, *arguments: str, given: bytes | None = None) -> bytes:
    command = [sys.executable, "-m", module, *arguments]
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, **Limits().environment},
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        if given:
            process.stdin.write(given)
            process.stdin.flush()
        said = process.stdout.read()
    if process.returncode:
        raise RuntimeError(f"{module} failed: {said.decode()}")
    return said


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _generate(work: Path, events: int, products: int) -> None:
    """Visits of about eight steps, each in one of 200 tastes, popular products far more often than others (Zipf)."""
    work.mkdir()
    chance = np.random.default_rng(1)
    rank = np.minimum((products // _TASTES) * chance.random(events) ** 3, products // _TASTES - 1).astype(int)
    visit = np.sort(chance.integers(0, max(1, events // 8), events))
    taste = chance.integers(0, _TASTES, visit.max() + 1)[visit]
    product = rank * _TASTES + taste
    moment = _NEWEST - _DAYS * 86_400 * (1 - visit / visit.max()) + chance.random(events) * 600
    kind = chance.choice(len(_KINDS), events, p=[share for _, _, share in _KINDS])
    with (work / EVENTS).open("w") as file:
        file.write("owner,moment,bought,weight,product_id,order_id,market_id,event_id,line,term,half_life\n")
        rows = zip(visit.tolist(), moment.tolist(), kind.tolist(), product.tolist(), strict=True)
        file.writelines(f"s:{v},{m:.3f},{_KINDS[k][1]},{_KINDS[k][0]},p{p},,,e{n},0,,\n" for n, (v, m, k, p) in enumerate(rows))
    with (work / PRODUCTS).open("w") as file:
        file.write("product_id,title,brand,traits,category_ids,showable,market_id,price,rating,review_count\n")
        words = chance.integers(0, len(_WORDS), (products, 3))
        file.writelines(
            f'p{n},{" ".join(_WORDS[w] for w in words[n])} {n % _TASTES},brand {n % 97},,"[""c{n % _TASTES}""]",t,se,{1000 + n},'
            f"{1 + n % 9 / 2},{n % 50}\n"
            for n in range(products)
        )
    (work / CATEGORIES).write_text(
        "category_id,name,parent_id\n" + "".join(f"c{n},Category {n},\n" for n in range(_TASTES)), encoding="utf-8"
    )


def main(sizes: list[int]) -> Iterator[str]:
    """A line a figure; the last says whether the gate holds."""
    found = []
    for events in sizes:
        found.append(measure_training(events))
        yield str(found[-1])
    worst = max(figures.vectors / figures.als_vectors for figures in found)
    yield f"{'ok  ' if worst <= GATE else 'MISS'} training time {worst:.2f} of ALS64 at most, gate {GATE}"


if __name__ == "__main__":
    for line in main([int(text) for text in sys.argv[1:]] or list(SIZES)):
        sys.stdout.write(line + "\n")
        sys.stdout.flush()
        missed = line.startswith("MISS")
    sys.exit(missed)
