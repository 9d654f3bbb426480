"""How many units were taken in, day by day, a line a variant."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from markupsafe import Markup

from gateway.console.charts.names import names
from gateway.console.charts.scale import Scale
from gateway.console.charts.svg import Picture, drawing, line, marker, path, tag, text
from gateway.console.wording import whole

_LEFT, _RIGHT, _TOP, _FLOOR, _HEIGHT = 56, 540, 14, 190, 222
_FEW = 31  # days up to which each has its mark


@dataclass(frozen=True, slots=True)
class Course:
    """A variant and how many units it got on each day."""

    variant: str
    by_day: Mapping[date, int]


def intake(name: str, courses: Sequence[Course]) -> Picture:
    """The picture; a day on which a variant got none is a day of 0."""
    days = _days(courses)
    most = max((count for each in courses for count in each.by_day.values()), default=0)
    up = Scale(0, max(1, most) * 1.06, _FLOOR, _TOP)
    across = Scale(0, max(1, len(days) - 1), _LEFT, _RIGHT)
    title, told = "Units taken in, by day", _told(courses, days)
    drawn = [*_frame(up, across, days), *_lines(up, across, courses, days)]
    if not days:
        drawn.append(text((_LEFT + _RIGHT) / 2, (_TOP + _FLOOR) / 2, "nobody has been exposed yet", "soft", "middle"))
    table = tuple((day.isoformat(), *(whole(each.by_day.get(day, 0)) for each in courses)) for day in days)
    head = ("Day", *(each.variant for each in courses))
    return Picture(name, title, told, drawing(name, title, told, _HEIGHT, *drawn), head, table)


def _days(courses: Sequence[Course]) -> list[date]:
    told = [day for each in courses for day in each.by_day]
    if not told:
        return []
    first, last = min(told), max(told)
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def _told(courses: Sequence[Course], days: Sequence[date]) -> str:
    if not days:
        return "Nobody has been exposed yet."
    sums = ", ".join(f"{each.variant} {whole(sum(each.by_day.values()))}" for each in courses)
    return f"From {days[0].isoformat()} to {days[-1].isoformat()}: {sums} units."


def _frame(up: Scale, across: Scale, days: Sequence[date]) -> list[Markup]:
    drawn = [line(_LEFT, _FLOOR, _RIGHT, _FLOOR, "axis")]
    for value in (each for each in up.marks(4) if each == int(each)):
        y = up.at(value)
        drawn += [line(_LEFT, y, _RIGHT, y, "grid"), text(_LEFT - 8, y + 4, whole(value), "soft", "end")]
    every = max(1, -(-len(days) // 6))
    for place in range(0, len(days), every):
        drawn.append(line(across.at(place), _FLOOR, across.at(place), _FLOOR + 5, "axis"))
        drawn.append(text(across.at(place), _FLOOR + 20, f"{days[place]:%b} {days[place].day}", "soft", "middle"))
    return drawn


def _lines(up: Scale, across: Scale, courses: Sequence[Course], days: Sequence[date]) -> list[Markup]:
    if not days:
        return []
    drawn, ends = [], []
    for place, each in enumerate(courses):
        points = [(across.at(n), up.at(each.by_day.get(day, 0))) for n, day in enumerate(days)]
        marks = points if len(points) <= _FEW else points[-1:]
        shown = [marker(place, x, y, "mark strong", 3.5) for x, y in marks]
        course = [path(points, "course")] if len(points) > 1 else []
        drawn.append(tag("g", *course, *shown, class_=f"variant v{place % 6}"))
        ends.append((points[-1], each.variant, place))
    return drawn + names(ends, _FLOOR)
