"""Bars in groups: of a funnel's steps, or of two ways to count the same money."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from gateway.console.charts.scale import Scale, finite
from gateway.console.charts.svg import Attribute, Picture, drawing, line, tag, text

_LEFT, _RIGHT = 170, 520
_BAR, _GAP, _HEAD = 20, 6, 28


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar. `said`: the figure as the reader sees it. `pattern`: which hatching it has."""

    label: str
    value: float | None
    said: str
    pattern: int


@dataclass(frozen=True, slots=True)
class Group:
    """Bars that belong together, under one heading."""

    label: str
    bars: tuple[Bar, ...]


def bars(name: str, title: str, groups: Sequence[Group], first: str) -> Picture:
    """The picture; all bars have one scale. `first`: what the groups are, as the table's first heading."""
    told = (
        " ".join(f"{group.label}: {', '.join(f'{bar.label} {bar.said}' for bar in group.bars)}." for group in groups)
        or "None yet."
    )
    values = [finite(bar.value) or 0.0 for group in groups for bar in group.bars]
    low, high = min([0.0, *values]), max([0.0, *values])
    scale = Scale(low, high if high > low else low + 1, _LEFT, _RIGHT)
    drawn, y = [_patterns(name)], 0.0
    for group in groups:
        drawn.append(text(0, y + 18, group.label, "group"))
        y += _HEAD
        top = y
        for bar in group.bars:
            drawn += _bar(name, scale, bar, y)
            y += _BAR + _GAP
        drawn.append(line(scale.at(0), top - 4, scale.at(0), y, "axis"))
        y += _GAP
    table = tuple((group.label, bar.label, bar.said) for group in groups for bar in group.bars)
    return Picture(name, title, told, drawing(name, title, told, max(y, 20) + 4, *drawn), (first, "Variant", "Value"), table)


def _told(group: Group) -> str:
    return f"{group.label}: {', '.join(f'{bar.label} {bar.said}' for bar in group.bars)}."


def _bar(name: str, scale: Scale, bar: Bar, y: float) -> list[Markup]:
    value = finite(bar.value)
    label = text(_LEFT - 10, y + 15, bar.label if len(bar.label) <= 22 else bar.label[:21] + "…", "label", "end")  # noqa: PLR2004
    if value is None:
        return [label, text(_LEFT + 8, y + 15, bar.said, "soft")]
    zero, end = scale.at(0), scale.at(value)
    left, width = min(zero, end), abs(end - zero)
    shape: dict[str, Attribute] = {"x": left, "y": y, "width": width, "height": _BAR}
    return [
        label,
        tag("g", tag("rect", **shape, class_="bar"), tag("rect", **shape, fill=f"url(#{name}-hatch-{bar.pattern % 4})"),
            class_=f"variant v{bar.pattern % 6}"),
        text(max(zero, end) + 8, y + 15, bar.said, "label"),
    ]  # fmt: skip


def _patterns(name: str) -> Markup:
    """Plain, rising, falling and dotted, so that bars are told apart without colour."""
    drawn = (
        tag("path", d="", class_="hatch"),
        tag("path", d="M-2 2L2 -2M0 8L8 0M6 10L10 6", class_="hatch"),
        tag("path", d="M-2 6L2 10M0 0L8 8M6 -2L10 2", class_="hatch"),
        tag("circle", cx=4, cy=4, r=1.6, class_="dot"),
    )
    frame: dict[str, Attribute] = {"width": 8, "height": 8, "patternUnits": "userSpaceOnUse"}
    made = [tag("pattern", shape, id=f"{name}-hatch-{n}", **frame) for n, shape in enumerate(drawn)]
    return tag("defs", *made)
