"""Elements of SVG, escaped, with their attributes in one way of writing."""

from dataclasses import dataclass

from markupsafe import Markup, escape

WIDTH = 680
Attribute = str | float | None


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture, what it shows in words, and the table behind it."""

    name: str
    title: str
    description: str
    svg: Markup
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def tag(name: str, *inside: Markup | str, **attributes: Attribute) -> Markup:
    """An element; an attribute that is null is left out, `class_` is `class` and `_` is `-`."""
    told = "".join(f' {_named(key)}="{escape(_said(value))}"' for key, value in attributes.items() if value is not None)
    within = Markup("").join(escape(each) for each in inside)
    return Markup(f"<{name}{told}>{within}</{name}>")  # noqa: S704  (both parts are escaped above)


def text(x: float, y: float, said: str, class_: str | None = None, anchor: str | None = None) -> Markup:
    """A line of text; `anchor` where it does not begin at x."""
    return tag("text", said, x=x, y=y, class_=class_, text_anchor=anchor)


def line(x1: float, y1: float, x2: float, y2: float, class_: str) -> Markup:
    """A straight line."""
    return tag("line", x1=x1, y1=y1, x2=x2, y2=y2, class_=class_)


def path(points: list[tuple[float, float]], class_: str, *, closed: bool = False) -> Markup:
    """A line through points."""
    drawn = "M" + "L".join(f"{_said(x)} {_said(y)}" for x, y in points) + ("Z" if closed else "")
    return tag("path", d=drawn, class_=class_)


def drawing(name: str, title: str, description: str, height: float, *inside: Markup) -> Markup:
    """The picture itself, with what a screen reader says of it. `name`: its own on the page."""
    return tag(
        "svg",
        tag("title", title, id=f"{name}-title"),
        tag("desc", description, id=f"{name}-desc"),
        *inside,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {WIDTH} {_said(height)}",
        role="img",
        aria_labelledby=f"{name}-title {name}-desc",
        class_="chart",
    )


def marker(shape: int, x: float, y: float, class_: str, size: float = 5) -> Markup:
    """A mark whose shape tells whose it is: circle, square, triangle, diamond, and then again."""
    s = size
    match shape % 4:
        case 0:
            return tag("circle", cx=x, cy=y, r=s, class_=class_)
        case 1:
            return tag("rect", x=x - s, y=y - s, width=2 * s, height=2 * s, class_=class_)
        case 2:
            return path([(x, y - s * 1.2), (x + s * 1.2, y + s), (x - s * 1.2, y + s)], class_, closed=True)
        case _:
            return path([(x, y - s * 1.3), (x + s * 1.3, y), (x, y + s * 1.3), (x - s * 1.3, y)], class_, closed=True)


def _named(key: str) -> str:
    return key if key in {"viewBox", "patternUnits"} else key.rstrip("_").replace("_", "-")


def _said(value: Attribute) -> str:
    return f"{value:.1f}".removesuffix(".0") if isinstance(value, int | float) else str(value)
