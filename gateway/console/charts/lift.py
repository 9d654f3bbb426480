"""The lift as it was seen, look after look, with its bounds and the planned end."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from gateway.console.charts.scale import Scale, finite, reach
from gateway.console.charts.svg import WIDTH, Picture, drawing, line, marker, path, text
from gateway.console.wording import between, change, moment, whole
from gateway.domain.result import Estimated

_LEFT, _RIGHT, _TOP, _FLOOR, _HEIGHT = 78, WIDTH - 16, 26, 216, 262
_LEAST = 0.02
_FEW = 12  # looks up to which each has its own mark


@dataclass(frozen=True, slots=True)
class LiftPoint:
    """One look: how many units there were, and what was seen."""

    at: datetime
    units: int
    lift: Estimated | None


def cumulative_lift(name: str, metric: str, variant: str, points: Sequence[LiftPoint], planned: int | None = None) -> Picture:
    """The picture of one metric and one variant. `planned`: how many units there are to be in all."""
    seen = [point for point in points if point.lift is not None and finite(point.lift.estimate) is not None]
    far = reach([_extent(point) for point in seen], _LEAST) * 1.1
    up = Scale(-far, far, _FLOOR, _TOP)
    most = max([planned or 0, *(point.units for point in points), 1])
    across = Scale(0, most * 1.02, _LEFT, _RIGHT)
    title = f"{metric}: change of {variant}, look after look"
    told = _told(seen, planned)
    drawn = [*_frame(up, across), *_planned(across, planned), *_band(up, across, seen), *_course(up, across, seen)]
    if not seen:
        drawn.append(text((_LEFT + _RIGHT) / 2, (_TOP + _FLOOR) / 2 - 10, "no interval yet", "soft", "middle"))
    table = tuple((moment(p.at), whole(p.units), change(p.lift.estimate) if p.lift else "–", between(p.lift)) for p in points)
    head = ("Look", "Units", "Change", "Interval")
    return Picture(name, title, told, drawing(name, title, told, _HEIGHT, *drawn), head, table)


def _told(seen: Sequence[LiftPoint], planned: int | None) -> str:
    if not seen:
        return "There is no look with an interval yet."
    last = seen[-1]
    assert last.lift is not None
    end = f" The planned end is at {whole(planned)} units." if planned else ""
    return f"After {whole(last.units)} units the change is {change(last.lift.estimate)}, {between(last.lift)}.{end}"


def _frame(up: Scale, across: Scale) -> list[Markup]:
    drawn = [line(_LEFT, up.at(0), _RIGHT, up.at(0), "zero"), line(_LEFT, _FLOOR, _RIGHT, _FLOOR, "axis")]
    for value in up.marks(4):
        drawn.append(line(_LEFT - 5, up.at(value), _LEFT, up.at(value), "axis"))
        drawn.append(text(_LEFT - 9, up.at(value) + 4, change(value), "soft", "end"))
    for value in across.marks(5):
        drawn.append(line(across.at(value), _FLOOR, across.at(value), _FLOOR + 5, "axis"))
        drawn.append(text(across.at(value), _FLOOR + 19, whole(value), "soft", "middle"))
    drawn.append(text((_LEFT + _RIGHT) / 2, _FLOOR + 38, "units", "soft", "middle"))
    return drawn


def _planned(across: Scale, planned: int | None) -> list[Markup]:
    if not planned:
        return []
    x = across.at(planned)
    return [line(x, _TOP - 6, x, _FLOOR, "limit"), text(x - 5, _TOP - 10, "planned end", "soft", "end")]


def _band(up: Scale, across: Scale, seen: Sequence[LiftPoint]) -> list[Markup]:
    """The space between the bounds; an open bound is the edge of the picture."""
    if not seen:
        return []
    lows, highs = [], []
    for point in seen:
        assert point.lift is not None
        low, high = finite(point.lift.lower), finite(point.lift.upper)
        x = across.at(point.units)
        lows.append((x, up.at(up.low if low is None else low)))
        highs.append((x, up.at(up.high if high is None else high)))
    if len(seen) == 1:
        return [line(*lows[0], *highs[0], "interval")]
    return [path(highs + lows[::-1], "band", closed=True), path(highs, "bound"), path(lows, "bound")]


def _course(up: Scale, across: Scale, seen: Sequence[LiftPoint]) -> list[Markup]:
    places = [(across.at(point.units), up.at(point.lift.estimate)) for point in seen if point.lift is not None]
    marks = places if len(places) <= _FEW else places[-1:]
    return [*([path(places, "course")] if len(places) > 1 else []), *(marker(0, x, y, "mark strong", 4) for x, y in marks)]


def _extent(point: LiftPoint) -> float:
    assert point.lift is not None
    told = (finite(point.lift.estimate), finite(point.lift.lower), finite(point.lift.upper))
    return max((abs(value) for value in told if value is not None), default=0.0)
