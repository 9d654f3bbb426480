"""Names at the ends of lines, each with the mark of its line, none upon another."""

from collections.abc import Sequence

from markupsafe import Markup

from gateway.console.charts.svg import marker, tag, text

_APART = 17  # between labels
_LONG = 15  # characters of a name that have room

End = tuple[tuple[float, float], str, int]
"""Where a line ends, what it is called, and which variant's it is."""


def names(ends: Sequence[End], floor: float) -> list[Markup]:
    """A name at the end of each line; where there are many they stand above the floor all the same."""
    drawn, least = [], 0.0
    for left, ((x, y), said, place) in enumerate(sorted(ends, key=lambda end: end[0][1]), 1 - len(ends)):
        at = max(least, min(y, floor + left * _APART))
        mark = tag("g", marker(place, x + 18, at, "mark strong", 3.5), class_=f"variant v{place % 6}")
        drawn += [mark, text(x + 28, at + 4, said if len(said) <= _LONG else said[: _LONG - 1] + "…", "label")]
        least = at + _APART
    return drawn
