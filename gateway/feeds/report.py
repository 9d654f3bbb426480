"""What an import did, for people and machines."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from gateway.feeds.refusals import Refusals

Tell = Callable[[str, int, int | None], None]
"""Hears how far the work is: what is being done, how many rows are done, of how many (null: unknown)."""


@dataclass(frozen=True, slots=True)
class Differences:
    """What a rehearsed import would do: the first products that are new; of each field how many differ, and some examples.

    An example is a product with what it was and what it would be.
    """

    added: Sequence[str]
    fields: Mapping[str, int]
    examples: Mapping[str, Sequence[tuple[str, Any, Any]]]


@dataclass(slots=True, kw_only=True)
class Report:
    """Counts of one run. `rows` = taken + refused; of products and of events those added, changed and known before.

    Of events in another system's words a row may be several, or none of ours: `dropped` counts these, and `by_name` says of each
    name how many were kept, dropped and refused.
    """

    file: str
    format: str = ""
    rows: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    categories: int = 0
    products: int = 0
    hidden: int = 0
    refused: int = 0
    dropped: int = 0
    by_name: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    reasons: Mapping[str, int] = field(default_factory=dict)
    refused_file: str | None = None
    first_refused: Sequence[Mapping[str, Any]] = ()
    hidden_products: list[str] = field(default_factory=list)
    not_hidden: list[str] = field(default_factory=list)
    would: Differences | None = None
    ignored_columns: Sequence[str] = ()
    notes: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def note_refusals(self, refusals: Refusals) -> None:
        """Counts what was refused, with the first of it, and says where it is."""
        self.refused = refusals.count
        self.reasons = dict(refusals.reasons.most_common())
        self.refused_file = str(refusals.path) if refusals.path else None
        self.first_refused = refusals.first
