"""How long the night shift takes for a million events, and how much memory: one process, from the files to the sealed release."""

import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from time import perf_counter

import numpy as np
import orjson

from gateway.index.manifest import read
from gateway.index.workshop import CATEGORIES, EVENTS, PRODUCTS, Limits

_NEWEST = 1_772_366_400  # any moment; ages are measured from it
_DAYS = 60
_TASTES = 200
_KINDS = ((1.0, "f", 0.85), (3.0, "f", 0.10), (5.0, "t", 0.05))  # weight, bought, share: views, carts, purchases
_WORDS = ("oak", "pine", "red", "blue", "small", "large", "round", "soft", "classic", "modern", "light", "dark")


def measure_training(events: int = 1_000_000, products: int = 50_000, limits: Limits = Limits(threads=2)) -> Mapping[str, float]:  # noqa: B008
    """Seconds and peak megabytes of training on generated visits, with what was made."""
    with tempfile.TemporaryDirectory() as place:
        work, folder = Path(place) / "work", Path(place) / "release"
        work.mkdir()
        _generate(work, events, products)
        began = perf_counter()
        _train(work, folder, limits)
        seconds = perf_counter() - began
        made = read(folder)
    return {
        "events": made.events,
        "products": made.products,
        "seconds": round(seconds, 2),
        "peak_megabytes": made.peak_megabytes,
        "recall": made.recall or 0.0,
        "coverage": made.coverage,
    }


def _train(work: Path, folder: Path, limits: Limits) -> None:
    score = {"release_id": "benchmark", "work": str(work), "folder": str(folder), "limits": asdict(limits), "days": None}
    with subprocess.Popen(
        [sys.executable, "-m", "gateway.strategies.rehearsal"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(orjson.dumps(score) + b"\n")
        process.stdin.flush()
        said = process.stdout.read()
    if process.returncode:
        raise RuntimeError(f"training failed: {said.decode()}")


def _generate(work: Path, events: int, products: int) -> None:
    """Visits of about eight steps, each in one of 200 tastes, popular products far more often than others (Zipf)."""
    chance = np.random.default_rng(1)
    rank = np.minimum((products // _TASTES) * chance.random(events) ** 3, products // _TASTES - 1).astype(int)
    visit = np.sort(chance.integers(0, max(1, events // 8), events))
    taste = chance.integers(0, _TASTES, visit.max() + 1)[visit]
    product = rank * _TASTES + taste
    moment = _NEWEST - _DAYS * 86_400 * (1 - visit / visit.max()) + chance.random(events) * 600
    kind = chance.choice(len(_KINDS), events, p=[share for _, _, share in _KINDS])
    with (work / EVENTS).open("w") as file:
        file.write("owner,moment,bought,weight,product_id,order_id,market_id,event_id,line,term\n")
        rows = zip(visit.tolist(), moment.tolist(), kind.tolist(), product.tolist(), strict=True)
        file.writelines(f"s:{v},{m:.3f},{_KINDS[k][1]},{_KINDS[k][0]},p{p},,,e{n},0,\n" for n, (v, m, k, p) in enumerate(rows))
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
