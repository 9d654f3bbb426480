"""Layers as their owners see them."""

from dataclasses import dataclass

from gateway.domain.experiment import ExperimentKey, Range
from gateway.domain.layering import free_share


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer and who is in it. `taken`: the parts that its experiments have."""

    layer_id: str
    name: str
    experiments: tuple[ExperimentKey, ...] = ()
    taken: tuple[Range, ...] = ()

    @property
    def free(self) -> float:
        """How much of it nobody has, from 0 to 1."""
        return free_share(self.taken)
