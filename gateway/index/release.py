"""A release on the disk, opened: its roster, its categories, its vectors and sketches, its searches, tables and charts."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from gateway.index.charts import Charts
from gateway.index.leaves import Leaves
from gateway.index.manifest import Manifest, read
from gateway.index.neighbours import Neighbours
from gateway.index.roster import Roster
from gateway.index.searches import Searches
from gateway.index.sketches import Sketches
from gateway.index.tables import NARROW, WIDTH, Table

TABLES: Mapping[str, int] = {
    "also_viewed": WIDTH,
    "similar": WIDTH,
    "also_bought": WIDTH,
    "cart": WIDTH,
    "bought_after_viewing": WIDTH,
    "upsell": NARROW,
    "alternatives": NARROW,
}
"""The neighbour tables, and how many neighbours a product has there at most."""

CHARTS = ("bestsellers", "trending", "top_rated")


@dataclass(frozen=True, slots=True)
class Release:
    """Everything a strategy is loaded from; immutable, shared, mapped. What a version of old did not write is not there."""

    folder: Path
    manifest: Manifest
    roster: Roster
    leaves: Leaves
    neighbours: Neighbours
    searches: Searches | None
    sketches: Sketches | None

    @classmethod
    def open(cls, folder: Path) -> "Release":
        """Opens a folder whose every byte is as sealed; BadRelease says what is wrong. Blocks: call it in a thread."""
        manifest = read(folder)
        products = manifest.products
        return cls(
            folder,
            manifest,
            Roster(folder, products),
            Leaves(folder, products),
            Neighbours(folder, manifest),
            Searches(folder, products) if "searches.i32" in manifest.files else None,
            Sketches(folder, products) if "sketches.f16" in manifest.files else None,
        )

    def holds(self, name: str) -> bool:
        """Whether there is such a table, or charts of that name."""
        return f"{name}.i32" in self.manifest.files

    def table(self, name: str) -> Table:
        """The neighbour table of a strategy."""
        return Table(self.folder, name, self.manifest.products, min(TABLES[name], self.manifest.width))

    def charts(self, name: str) -> Charts:
        """The charts of a strategy."""
        return Charts(self.folder, name)

    def check(self) -> None:
        """Looks at everything that a query could touch; BadRelease says what is wrong."""
        self.roster.check()
        self.leaves.check()
        self.neighbours.check(self.manifest.products)
        for told in (self.searches, self.sketches):
            if told is not None:
                told.check()
        for name in filter(self.holds, TABLES):
            self.table(name).check()
        for name in filter(self.holds, CHARTS):
            self.charts(name).check(self.manifest.products)
