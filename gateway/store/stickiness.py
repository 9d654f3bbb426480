"""What units had before, of experiments that let them keep it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gateway.store.database import Database


@dataclass(frozen=True, slots=True)
class Holder:
    """A unit of an experiment's phase."""

    experiment_id: int
    phase: int
    unit: str


class StickyStore:
    """Reads exposures one by one, by their key."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def had(self, holders: Sequence[Holder], seconds: float | None = None) -> Mapping[int, int]:
        """The place of the variant by the experiment's number; nothing of those who had none. Unavailable past the deadline."""
        rows = await self._db.fetch_within(
            seconds,
            "assignment.read_had",
            experiment_ids=[each.experiment_id for each in holders],
            phases=[each.phase for each in holders],
            units=[each.unit for each in holders],
        )
        return {row["experiment_id"]: row["variant"] for row in rows}
