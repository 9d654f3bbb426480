"""Neighbours: what else changes the placements of an experiment."""

from collections.abc import Iterable, Iterator

from gateway.domain.experiment import Experiment, Variant
from gateway.domain.page import Warning


def under_way_beside(experiment: Experiment, others: Iterable[Experiment]) -> Iterator[Warning]:
    """Those that one unit can be in too, on one placement."""
    for other in others:
        apart = experiment.layer_id is not None and experiment.layer_id == other.layer_id
        if not apart and (shared := _shared(experiment, other)):
            yield Warning("OVERLAP", f"{other.key} is under way on {shared} too, and one layer does not hold the two apart")


def won_before(experiment: Experiment, others: Iterable[Experiment]) -> Iterator[Warning]:
    """Those that are over, and whose winner everybody still has: what is tried out has the last word over it, and where it says
    nothing the winner stays, for the control too.
    """
    for other in others:
        winner = prize_of(other)
        if winner and (shared := _shared(experiment, other)):
            names = ", ".join(winner.parameters)
            yield Warning(
                "WINNER_IN_FORCE",
                f"{other.key} is stopped, and everybody on {shared} has its winner {winner.key} ({names}): so has the control, "
                f"unless it says otherwise. Keep {names} in the placement and archive {other.key} before the start: later "
                "that changes what the variants are compared with",
            )


def prize_of(experiment: Experiment) -> Variant | None:
    """What everybody has of one that is over; null where that changes nothing."""
    place = experiment.index_of(experiment.winner) if experiment.winner else None
    winner = None if place is None else experiment.variants[place]
    return winner if winner and winner.parameters else None


def _shared(experiment: Experiment, other: Experiment) -> str:
    return ", ".join(sorted(set(experiment.placements) & set(other.placements)))
