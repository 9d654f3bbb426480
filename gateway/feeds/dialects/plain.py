"""A catalog in columns of its own, Google's and Meta's among them: a row is a product in a market."""

from gateway.feeds.dialects.dialect import Dialect, Place, row_by_row
from gateway.feeds.entries import OURS
from gateway.feeds.offers import Told

_GOOGLES = {"product_id": "id", "title": "title"}


def _place(told: Told) -> Place:
    return Place(told.get("product_id"), told.get("market"))


def _as_told(told: Told) -> Told:
    return told


PLAIN = Dialect("a catalog", _place, row_by_row(_as_told, OURS), names_markets=True)
GOOGLE = Dialect("Google Merchant", _place, row_by_row(_as_told, _GOOGLES), names_markets=True)
