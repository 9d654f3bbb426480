"""Candidates: one look-up, and all that an item page of four placements wants, at 100,000 and at 1,000,000 products."""

import random
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from statistics import median
from time import perf_counter

import numpy as np
import orjson

from gateway.domain.catalog import MarketId, ProductId
from gateway.domain.page import PageContext, PageRequest
from gateway.domain.placement import Placement, PlacementId, StrategyName
from gateway.domain.playbook import Playbook
from gateway.domain.tenant import Market, Tenant, TenantId
from gateway.domain.visitor import LookBack, PastEvent, SessionId, Visitor
from gateway.index.release import Release
from gateway.services.answering.ladder import propose
from gateway.services.asking.understand import Plan, understand
from gateway.services.shop import Shop
from gateway.strategies.repertoire import Repertoire, load_repertoire
from gateway.strategies.strategy import Moment
from gateway.strategies.variety import DEPTH, vary
from tests.benchmarks.catalog import make_catalog

PAGE = (StrategyName.SIMILAR, StrategyName.ALSO_BOUGHT, StrategyName.BOUGHT_AFTER_VIEWING, StrategyName.PERSONAL)
MOST_FOR_A_PAGE = {100_000: 2.0, 1_000_000: 5.0}
"""Milliseconds at the median, by products."""

MOST_FOR_A_SEARCH = {100_000: 3.0, 1_000_000: None}
"""No page searches the whole index: a profile's search is bounded, and what it takes is in that of personal."""

MARKET = Market(MarketId("se"), "EUR")

_COUNT = 12
_ROUNDS = 400
_HISTORY = 10


@dataclass(frozen=True, slots=True)
class Gate:
    """A figure and what it may be at most; null where it is only told."""

    name: str
    figure: float
    most: float | None
    unit: str

    @property
    def holds(self) -> bool:
        return self.most is None or self.figure <= self.most

    def __str__(self) -> str:
        bound = "" if self.most is None else f" ({'at most' if self.holds else 'MISSED:'} {self.most:g})"
        return f"  {self.name}: {self.figure:,.2f} {self.unit}{bound}"


def measure(products: int) -> Iterator[Gate]:
    """The gates over a generated release of this size."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / f"of-{products}"
        make_catalog(folder, products)
        repertoire = load_repertoire(folder)
        assert repertoire.release is not None
        yield from _look_ups(repertoire.release)
        asked = _pages(repertoire, products)
        pages, looks = iter(asked), iter([look for _, look in asked])
        yield Gate("personal, table and Annoy", _milliseconds(lambda: _personal(repertoire, next(looks))), 3, "ms")
        yield Gate("a page's candidates", _milliseconds(lambda: propose(*next(pages))), MOST_FOR_A_PAGE[products], "ms")
        alone = Moment(MARKET.market_id, PageContext(product_ids=(_product(1),)))
        found = repertoire.find(StrategyName.SIMILAR, alone, DEPTH)
        yield Gate("variety of 100", _milliseconds(lambda: vary(found, repertoire.release, 0.9)), 0.3, "ms")
        yield Gate("a worker's own memory", _own_megabytes(folder, products), 300, "MB")


def _look_ups(release: Release) -> Iterator[Gate]:
    chance = random.Random(1)
    table, near = release.table("similar"), release.neighbours
    rows = [chance.randrange(len(release.roster)) for _ in range(_ROUNDS)]
    tastes = iter([np.sum([near.vector(r) for r in chance.sample(rows, 3)], axis=0, dtype=np.float32) for _ in rows])
    at = iter(rows)
    yield Gate("table", 1000 * _milliseconds(lambda: table.neighbours(next(at))), 50, "µs")
    told = release.manifest
    whole = f"Annoy, the whole search ({told.trees} trees, search_k {told.search_k:,}, recall@20 {told.recall})"
    yield Gate(whole, _milliseconds(lambda: near.near(next(tastes), 100)), MOST_FOR_A_SEARCH[told.products], "ms")


def _personal(repertoire: Repertoire, look: LookBack) -> None:
    repertoire.find(StrategyName.PERSONAL, Moment(MARKET.market_id, PageContext(), look.history), DEPTH)


def _milliseconds(ask: Callable[[], object]) -> float:
    """The median."""
    taken = []
    for _ in range(_ROUNDS):
        began = perf_counter()
        ask()
        taken.append(perf_counter() - began)
    return 1000 * median(taken)


def _pages(repertoire: Repertoire, products: int) -> list[tuple[Plan, LookBack]]:
    """Item pages, each of another product and for a visitor with ten events."""
    chance, now = random.Random(2), datetime.now(UTC)
    placements = {PlacementId(f"item_page.{name}"): Placement(PlacementId(f"item_page.{name}"), (name,), _COUNT) for name in PAGE}
    shop = Shop(
        Tenant(TenantId("bench"), "Bench"), 1, {MARKET.market_id: MARKET}, playbook=Playbook(1, placements), repertoire=repertoire
    )
    pages = []
    for _ in range(_ROUNDS):
        seed, *history = (_product(chance.randrange(products)) for _ in range(1 + _HISTORY))
        about = PageContext(product_ids=(seed,))
        request = PageRequest(tuple(placements), MARKET.market_id, Visitor(SessionId("s")), context=about)
        look = LookBack(tuple(PastEvent(now, "view", product_id) for product_id in history))
        pages.append((understand(shop, request, now), look))
    return pages


def _product(number: int) -> ProductId:
    return ProductId(f"sku-{number:08}")


def _own_megabytes(folder: Path, products: int) -> float:
    """What a process of the server, its modules loaded and pages found, holds that no file backs."""
    asked = [sys.executable, "-m", "tests.benchmarks.find", str(folder), str(products)]
    done = subprocess.run(asked, capture_output=True, check=True)
    return float(orjson.loads(done.stdout)["megabytes"])


def _work(folder: Path, products: int) -> None:
    """The process whose memory is looked at."""
    import_module("gateway.app")
    for plan, look in _pages(load_repertoire(folder), products):
        propose(plan, look)
    told = dict(line.split(":") for line in Path("/proc/self/smaps_rollup").read_text().splitlines()[1:])
    sys.stdout.write(orjson.dumps({"megabytes": int(told["Anonymous"].split()[0]) / 1024}).decode())


if __name__ == "__main__":
    _work(Path(sys.argv[1]), int(sys.argv[2]))
