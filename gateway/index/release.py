"""A release on the disk, opened: its roster, its categories, its index of vectors, its tables and charts."""

from dataclasses import dataclass
from pathlib import Path

from gateway.index.charts import Charts
from gateway.index.leaves import Leaves
from gateway.index.manifest import Manifest, read
from gateway.index.neighbours import Neighbours
from gateway.index.roster import Roster
from gateway.index.tables import Table

TABLES = ("also_viewed", "similar", "also_bought")
CHARTS = ("bestsellers", "trending")


@dataclass(frozen=True, slots=True)
class Release:
    """Everything a strategy is loaded from; immutable, shared, mapped."""

    folder: Path
    manifest: Manifest
    roster: Roster
    leaves: Leaves
    neighbours: Neighbours

    @classmethod
    def open(cls, folder: Path) -> "Release":
        """Opens a folder whose every byte is as sealed; BadRelease says what is wrong. Blocks: call it in a thread."""
        manifest = read(folder)
        products = manifest.products
        return cls(folder, manifest, Roster(folder, products), Leaves(folder, products), Neighbours(folder, manifest))

    def table(self, name: str) -> Table:
        """The neighbour table of a strategy."""
        return Table(self.folder, name, self.manifest.products, self.manifest.width)

    def charts(self, name: str) -> Charts:
        """The charts of a strategy."""
        return Charts(self.folder, name)

    def check(self) -> None:
        """Looks at everything that a query could touch; BadRelease says what is wrong."""
        self.roster.check()
        self.leaves.check()
        self.neighbours.check(self.manifest.products)
        for name in TABLES:
            self.table(name).check()
        for name in CHARTS:
            self.charts(name).check(self.manifest.products)
