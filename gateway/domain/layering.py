"""Layers: experiments of one layer exclude each other, because each has its own part of the layer's [0, 1)."""

from collections.abc import Iterable, Iterator

from gateway.domain.experiment import Range

GRAIN = 10_000
"""How many values the hash has by which a unit is found in a layer: a part is a whole number of them."""

_Cells = tuple[int, int]


def free_share(taken: Iterable[Range]) -> float:
    """How much of a layer nobody has, from 0 to 1."""
    return sum(high - low for low, high in _gaps(_cells(taken))) / GRAIN


def allot(share: float, held: Iterable[Range] = (), taken: Iterable[Range] = ()) -> tuple[Range, ...] | None:
    """A part of `share` of the layer, to the nearest ten-thousandth; null where there is no room beside what others have taken.

    What is held stays as far as it goes: who takes part goes on doing so when the share grows, and nobody new comes in when it
    shrinks.
    """
    wanted, mine = round(share * GRAIN), _merged(_cells(held))
    missing = wanted - sum(high - low for low, high in mine)
    if missing <= 0:
        return _ranges(_first(wanted, mine))
    gaps = list(_gaps([*mine, *_cells(taken)]))
    if missing > sum(high - low for low, high in gaps):
        return None
    fitting = sorted((gap for gap in gaps if gap[1] - gap[0] >= missing), key=lambda gap: gap[1] - gap[0])
    return _ranges(_merged([*mine, *_first(missing, fitting[:1] or gaps)]))


def _first(number: int, cells: Iterable[_Cells]) -> Iterator[_Cells]:
    """The first so many."""
    for low, high in cells:
        if number <= 0:
            return
        yield low, min(high, low + number)
        number -= high - low


def _gaps(taken: Iterable[_Cells]) -> Iterator[_Cells]:
    at = 0
    for low, high in _merged(taken):
        if low > at:
            yield at, low
        at = high
    if at < GRAIN:
        yield at, GRAIN


def _merged(cells: Iterable[_Cells]) -> list[_Cells]:
    """In order; those that touch are one."""
    found: list[_Cells] = []
    for low, high in sorted(cells):
        if found and low <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], high))
        elif low < high:
            found.append((low, high))
    return found


def _cells(ranges: Iterable[Range]) -> list[_Cells]:
    return [(round(low * GRAIN), round(high * GRAIN)) for low, high in ranges]


def _ranges(cells: Iterable[_Cells]) -> tuple[Range, ...]:
    return tuple((low / GRAIN, high / GRAIN) for low, high in cells)
