"""Many questions at once: p-values adjusted so that the promise holds for all of them together."""

from collections.abc import Sequence


def holm(p_values: Sequence[float | None]) -> list[float | None]:
    """Adjusted so that the chance of any false alarm stays under the level (Holm 1979). Null stays null, and is not counted."""
    order = _ranked(p_values)
    adjusted: list[float | None] = [None] * len(p_values)
    least = 0.0
    for rank, (p, place) in enumerate(order):
        least = max(least, min(1.0, (len(order) - rank) * p))
        adjusted[place] = least
    return adjusted


def benjamini_hochberg(p_values: Sequence[float | None]) -> list[float | None]:
    """Adjusted so that the expected share of false alarms stays under the level (Benjamini and Hochberg 1995); null as above."""
    order = _ranked(p_values)
    adjusted: list[float | None] = [None] * len(p_values)
    most = 1.0
    for rank in range(len(order), 0, -1):
        p, place = order[rank - 1]
        most = min(most, p * len(order) / rank)
        adjusted[place] = most
    return adjusted


def _ranked(p_values: Sequence[float | None]) -> list[tuple[float, int]]:
    return sorted((p, place) for place, p in enumerate(p_values) if p is not None)
