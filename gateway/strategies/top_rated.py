"""Top rated: the Bayesian mean of what customers gave, by market, category and brand."""

from pathlib import Path

from gateway.index.charts import write_charts
from gateway.index.material import Material
from gateway.index.release import Release
from gateway.strategies.charted import Charted

NAME = "top_rated"


def fit(material: Material, folder: Path) -> None:
    """Writes the charts, as sql/training/top_rated.sql ranks."""
    write_charts(folder, NAME, material.duck)


def load(release: Release) -> Charted:
    """The strategy over a release."""
    return Charted(release.roster, release.charts(NAME))
