"""Two variants whose lists are drawn into one, so that the same visitors choose between them."""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from gateway.domain.experiment import Assigned, AssignmentSource, Experiment
from gateway.domain.placement import PlacementId

_BITS = 256  # of a digest


@dataclass(frozen=True, slots=True)
class Pair:
    """An experiment of two variants as a unit meets it on a placement."""

    experiment: Experiment

    @property
    def sides(self) -> tuple[Assigned, Assigned]:
        """The control's side, and the other's."""
        a, b = (Assigned(self.experiment, place, AssignmentSource.HASH, 0.5) for place in (0, 1))
        return a, b

    def coins(self, view_id: UUID, placement_id: PlacementId) -> Iterator[bool]:
        """Who picks first in each round: by chance, and the same whenever this answer is made again."""
        for turn in range(2):
            thrown = int.from_bytes(sha256(f"{self.experiment.key}:{placement_id}:{view_id}:{turn}".encode()).digest(), "big")
            yield from (bool(thrown >> place & 1) for place in range(_BITS))
