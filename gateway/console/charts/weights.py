"""How an optimiser's weights moved, a stair a variant: each set is in force until the next."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from markupsafe import Markup

from gateway.console.charts.names import names
from gateway.console.charts.scale import Scale
from gateway.console.charts.svg import Picture, drawing, line, path, tag, text
from gateway.console.wording import moment, share
from gateway.domain.optimising import Weighing

_LEFT, _RIGHT, _TOP, _FLOOR, _HEIGHT = 56, 540, 14, 190, 222
_MARKS = 3  # moments that are written under the picture
_DAYS = timedelta(days=4)  # from which on a mark says no hour


def weights(name: str, variants: Sequence[str], course: Sequence[Weighing], now: datetime) -> Picture:
    """The picture. `course`: the sets of weights in their order, at least one; `now`: until when the last is in force."""
    title, told = "Weights over time", moved(variants, course)
    begun = course[0].since
    span = max((now - begun).total_seconds(), 1.0)
    across, up = Scale(0, span, _LEFT, _RIGHT), Scale(0, 1, _FLOOR, _TOP)
    stairs = [_stair(place, course, across, up) for place in range(len(variants))]
    drawn = _frame(up, across, begun)
    drawn += [tag("g", path(points, "course"), class_=f"variant v{place % 6}") for place, points in enumerate(stairs)]
    drawn += names([(points[-1], variants[place], place) for place, points in enumerate(stairs)], _FLOOR)
    table = tuple((moment(each.since), *map(share, each.weights)) for each in course)
    return Picture(name, title, told, drawing(name, title, told, _HEIGHT, *drawn), ("In force from", *variants), table)


def moved(variants: Sequence[str], course: Sequence[Weighing]) -> str:
    """From which weights to which, in a sentence."""
    first, last = course[0], course[-1]
    was = _said(variants, first)
    if first is last:
        return f"Since {moment(first.since)}: {was}. The weights have not moved yet."
    return f"Began on {moment(first.since)} with {was}; since {moment(last.since)}: {_said(variants, last)}."


def _said(variants: Sequence[str], each: Weighing) -> str:
    return ", ".join(f"{variant} {share(weight)}" for variant, weight in zip(variants, each.weights, strict=True))


def _stair(place: int, course: Sequence[Weighing], across: Scale, up: Scale) -> list[tuple[float, float]]:
    points: list[tuple[float, float]] = []
    for each in course:
        x = across.at((each.since - course[0].since).total_seconds())
        if points:
            points.append((x, points[-1][1]))
        points.append((x, up.at(each.weights[place])))
    return [*points, (_RIGHT, points[-1][1])]


def _frame(up: Scale, across: Scale, begun: datetime) -> list[Markup]:
    drawn = [line(_LEFT, _FLOOR, _RIGHT, _FLOOR, "axis")]
    for value in (0.25, 0.5, 0.75, 1.0):
        y = up.at(value)
        drawn += [line(_LEFT, y, _RIGHT, y, "grid"), text(_LEFT - 8, y + 4, share(value).replace(".0", ""), "soft", "end")]
    for place in range(_MARKS):
        seconds = across.high * place / (_MARKS - 1)
        at = begun + timedelta(seconds=seconds)
        said = f"{at:%b} {at.day}" if across.high >= _DAYS.total_seconds() else f"{at:%b} {at.day}, {at:%H:%M}"
        x = across.at(seconds)
        drawn += [line(x, _FLOOR, x, _FLOOR + 5, "axis"), text(x, _FLOOR + 20, said, "soft", "middle")]
    return drawn
