"""The process that fits every strategy into a release's folder: `python -m gateway.strategies.rehearsal`, asked on stdin.

A process of its own, so that its memory goes with it and a crash in a library is a refused release. It says on stdout
what it is at, a JSON object a line, and stops when whoever started it is gone.
"""

import importlib.metadata
import os
import platform
import resource
import sys
import threading
import time
import traceback
from dataclasses import dataclass
from pathlib import Path

import orjson

import sql
from gateway.index.learning import Report, gather
from gateway.index.leaves import write_leaves
from gateway.index.manifest import Manifest, seal
from gateway.index.material import Material
from gateway.index.neighbours import Fitness, write_neighbours
from gateway.index.roster import write_roster
from gateway.index.searches import write_searches
from gateway.index.sketches import write_sketches
from gateway.index.withheld import write_withheld
from gateway.index.workshop import Limits, open_workshop
from gateway.strategies import (
    also_bought,
    also_viewed,
    alternatives,
    bestsellers,
    bought_after_viewing,
    cart,
    similar,
    top_rated,
    trending,
    upsell,
)

_LIBRARIES = ("annoy", "duckdb", "numpy", "scipy", "scikit-learn")
_MODESTY = 10  # a server on the same machine goes first
_KILOBYTES = 1024 if sys.platform != "darwin" else 1024 * 1024


@dataclass(frozen=True, slots=True)
class Score:
    """What a rehearsal is given: where the events lie, where the release is to stand, what it may take, and where the sums of
    days are kept from one release to the next (null: nowhere).
    """

    release_id: str
    work: Path
    folder: Path
    limits: Limits
    days: Path | None = None


def rehearse(score: Score, report: Report) -> Manifest:
    """Fits everything and seals the folder; its manifest."""
    began = time.monotonic()
    score.folder.mkdir(parents=True)
    report("sorting events into visits")
    with open_workshop(score.work, score.limits, score.days) as duck:
        material = gather(duck, score.days, report)
        ids = duck.cursor().execute(sql.training("ids"))
        write_roster(score.folder, (product_id for (product_id,) in iter(ids.fetchone, None)))
        write_leaves(score.folder, duck, material.traits)
        write_sketches(score.folder, material.vectors)
        write_searches(score.folder, duck)
        write_withheld(score.folder, duck)
        report("building the index")
        fitness = write_neighbours(score.folder, material.vectors, material.traits.showable)
        coverage = _fit(material, score.folder, report)
        manifest = _manifest(score.release_id, material, fitness, coverage, time.monotonic() - began)
    report("sealing")
    return seal(score.folder, manifest)


def _fit(material: Material, folder: Path, report: Report) -> float:
    report("ranking what goes with what")
    coverage = also_viewed.fit(material, folder)
    similar.fit(material, folder)
    also_bought.fit(material, folder)
    cart.fit(material, folder)
    bought_after_viewing.fit(material, folder)
    upsell.fit(material, folder)
    alternatives.fit(material, folder)
    report("ranking what sells")
    bestsellers.fit(material, folder)
    trending.fit(material, folder)
    top_rated.fit(material, folder)
    return coverage


def _manifest(release_id: str, material: Material, fitness: Fitness, coverage: float, seconds: float) -> Manifest:
    extent = material.extent
    return Manifest(
        release_id=release_id,
        products=extent.products,
        events=extent.events,
        newest_event=extent.newest.isoformat() if extent.newest else None,
        width=material.width,
        dimensions=material.vectors.shape[1],
        vectors=fitness.vectors,
        trees=fitness.trees,
        search_k=fitness.search_k,
        recall=fitness.recall,
        ties=fitness.ties,
        coverage=round(coverage, 4),
        seconds=round(seconds, 2),
        peak_megabytes=peak_megabytes(),
        versions={name: importlib.metadata.version(name) for name in _LIBRARIES} | {"python": platform.python_version()},
    )


def peak_megabytes() -> int:
    """The most memory that this process had, in megabytes; getrusage would tell its parent's where that had more."""
    try:
        told = Path("/proc/self/status").read_text()
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _KILOBYTES >> 20
    (most,) = (line.split()[1] for line in told.splitlines() if line.startswith("VmHWM:"))
    return int(most) >> 10


def _perform() -> None:
    """Reads the score from the first line of stdin, then dies with stdin: nobody is left to publish what is made."""
    asked = orjson.loads(sys.stdin.readline())
    threading.Thread(target=_outlive_nobody, daemon=True).start()
    os.nice(_MODESTY)
    days = Path(asked["days"]) if asked["days"] else None
    score = Score(asked["release_id"], Path(asked["work"]), Path(asked["folder"]), Limits(**asked["limits"]), days)
    try:
        rehearse(score, lambda step: _tell("step", step))
    except Exception as failed:  # noqa: BLE001  (whatever it was, the release is refused and this is the reason)
        traceback.print_exc()
        _tell("failed", f"{type(failed).__name__}: {str(failed).partition(chr(10))[0]}")
        os._exit(1)  # the libraries' own farewells would bury the reason


def _tell(kind: str, text: str) -> None:
    sys.stdout.write(orjson.dumps({kind: text}).decode() + "\n")
    sys.stdout.flush()


def _outlive_nobody() -> None:
    os.read(sys.stdin.fileno(), 1)
    os._exit(1)


if __name__ == "__main__":
    _perform()
