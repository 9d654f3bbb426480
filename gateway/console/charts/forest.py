"""The forest plot: every comparison with its interval, goals before guardrails, these with the line they must not cross."""

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap

from markupsafe import Markup

from gateway.console.charts.scale import Scale, finite, reach
from gateway.console.charts.svg import WIDTH, Picture, drawing, line, marker, path, tag, text
from gateway.console.wording import between, change
from gateway.domain.result import Estimated

_LEFT, _RIGHT = 268, 496
_ROW, _HEAD, _TOP, _BOTTOM = 44, 30, 8, 44
_WIDE = 27  # characters at the right
_LEAST = 0.02  # the axis reaches 2 % at least
_SHAPES = {"Goals": 0, "Guardrails": 1}


@dataclass(frozen=True, slots=True)
class ForestRow:
    """One comparison. `limit`: the lift beyond which a guardrail is broken. `note`: what stands in the place of the interval.

    `told`: what was found, in words. `strong`: whether it is significant.
    """

    group: str
    metric: str
    variant: str
    lift: Estimated | None
    told: str
    limit: float | None = None
    note: str | None = None
    strong: bool = False
    preliminary: bool = False


def forest(name: str, rows: Sequence[ForestRow]) -> Picture:
    """The picture; groups in the order in which they come."""
    groups = list(dict.fromkeys(row.group for row in rows))
    height = _TOP + len(groups) * _HEAD + len(rows) * _ROW + _BOTTOM
    far = reach([_extent(row) for row in rows], _LEAST) * 1.08
    scale = Scale(-far, far, _LEFT, _RIGHT)
    floor = height - _BOTTOM
    drawn = [_axis(scale, floor), *_lines(scale, rows, groups)]
    title = "Change against the control, with its interval"
    told = (
        "Each line is one metric of one variant; the mark is the estimate, filled where the difference is significant, "
        "the bar is the interval. Goals have circles, guardrails squares and a dashed line that the bar must not cross."
    )
    table = tuple(map(_told, rows))
    head = ("Role", "Metric", "Variant", "Change", "Interval", "Limit", "Finding")
    return Picture(name, title, told, drawing(name, title, told, height, *drawn), head, table)


def _told(row: ForestRow) -> tuple[str, ...]:
    lift = change(row.lift.estimate if row.lift else None)
    return row.group, row.metric, row.variant, lift, between(row.lift), _limit(row), row.told


def _lines(scale: Scale, rows: Sequence[ForestRow], groups: Sequence[str]) -> list[Markup]:
    drawn, y = [], float(_TOP)
    for group in groups:
        drawn.append(text(0, y + 20, group, "group"))
        y += _HEAD
        for row in (each for each in rows if each.group == group):
            drawn.append(_row(scale, row, y))
            y += _ROW
    return drawn


def _row(scale: Scale, row: ForestRow, y: float) -> Markup:
    middle = y + _ROW / 2
    parts = [
        line(0, y, WIDTH, y, "rule"),
        text(0, middle - 3, _cut(row.metric, 40), "label"),
        text(0, middle + 13, _cut(row.variant, 40), "soft"),
    ]
    if row.limit is not None:
        place = scale.at(row.limit)
        parts.append(line(place, y + 3, place, y + _ROW - 3, "limit"))
    if row.lift is None or row.note:
        said = wrap((row.note or "no interval yet").partition(":")[0], _WIDE)  # the table says why
        top = middle + 5 - 8 * (min(len(said), 2) - 1)
        parts += [text(_RIGHT + 18, top + 16 * n, _cut(each, _WIDE), "soft") for n, each in enumerate(_two(said))]
    else:
        parts += _interval(scale, row, middle)
        parts.append(text(_RIGHT + 18, middle - 3, change(row.lift.estimate), "label"))
        parts.append(text(_RIGHT + 18, middle + 13, between(row.lift), "soft"))
    return tag("g", *parts, class_="preliminary" if row.preliminary else None)


def _interval(scale: Scale, row: ForestRow, y: float) -> list[Markup]:
    assert row.lift is not None
    low, high = finite(row.lift.lower), finite(row.lift.upper)
    left = scale.start if low is None else scale.at(low)
    right = scale.stop if high is None else scale.at(high)
    drawn = [line(left, y, right, y, "interval")]
    drawn.append(_end(left, y, -1, low is not None and scale.holds(low)))
    drawn.append(_end(right, y, 1, high is not None and scale.holds(high)))
    shape = _SHAPES.get(row.group, 3)
    estimate = finite(row.lift.estimate)
    if estimate is not None and scale.holds(estimate):
        drawn.append(marker(shape, scale.at(estimate), y, "mark strong" if row.strong else "mark"))
    return drawn


def _end(x: float, y: float, way: int, bounded: bool) -> Markup:
    """A stroke where the interval ends; an arrow where it goes on beyond the picture."""
    if bounded:
        return line(x, y - 6, x, y + 6, "interval")
    return path([(x + way * 8, y), (x, y - 5), (x, y + 5)], "arrow", closed=True)


def _axis(scale: Scale, floor: float) -> Markup:
    zero = scale.at(0)
    parts = [line(scale.start, floor, scale.stop, floor, "axis"), line(zero, _TOP, zero, floor, "zero")]
    for value in scale.marks(4):
        x = scale.at(value)
        parts += [line(x, floor, x, floor + 5, "axis"), text(x, floor + 19, change(value), "soft", "middle")]
    parts.append(text((scale.start + scale.stop) / 2, floor + 37, "change against the control", "soft", "middle"))
    return tag("g", *parts)


def _extent(row: ForestRow) -> float:
    told = [finite(row.limit)]
    if row.lift is not None:
        told += [finite(row.lift.estimate), finite(row.lift.lower), finite(row.lift.upper)]
    return max((abs(value) for value in told if value is not None), default=0.0)


def _limit(row: ForestRow) -> str:
    return "–" if row.limit is None else change(row.limit)


def _two(said: list[str]) -> list[str]:
    """Two lines at most; the table has the rest."""
    return said if len(said) <= 2 else [said[0], f"{said[1][: _WIDE - 2]} …"]  # noqa: PLR2004


def _cut(said: str, most: int) -> str:
    return said if len(said) <= most else said[: most - 1] + "…"
