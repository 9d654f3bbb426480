"""What the drawings are made with: a paint box of one colour, and a few shapes. The canvas is 400 by 400."""

from dataclasses import dataclass

INK = "#2f3437"
WOOD, WOOD_DARK = "#bd9160", "#946d45"
METAL, METAL_DARK, METAL_LIGHT = "#b4bbc0", "#868f95", "#d7dcdf"
PAPER = "#fbfaf6"
GLOW = "#f6dc9a"
LEAF = "#6d8a5e"


@dataclass(frozen=True, slots=True)
class Paint:
    """A product's colour in four shades, and which of the shelf's three kinds is drawn."""

    main: str
    dark: str
    deep: str
    light: str
    kind: int

    @classmethod
    def of(cls, hexadecimal: str, kind: int) -> "Paint":
        """The shades of a colour like `#93a78c`."""
        return cls(hexadecimal, _mix(hexadecimal, 0, 0.2), _mix(hexadecimal, 0, 0.42), _mix(hexadecimal, 255, 0.28), kind)


def rect(x: float, y: float, width: float, height: float, fill: str, radius: float = 0) -> str:
    """A rectangle, perhaps with round corners."""
    return f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="{radius}" fill="{fill}"/>'


def disc(x: float, y: float, radius: float, fill: str) -> str:
    """A filled circle."""
    return f'<circle cx="{x}" cy="{y}" r="{radius}" fill="{fill}"/>'


def oval(x: float, y: float, across: float, down: float, fill: str) -> str:
    """A filled ellipse by its two radii."""
    return f'<ellipse cx="{x}" cy="{y}" rx="{across}" ry="{down}" fill="{fill}"/>'


def ring(x: float, y: float, radius: float, stroke: str, width: float) -> str:
    """A circle's line."""
    return f'<circle cx="{x}" cy="{y}" r="{radius}" fill="none" stroke="{stroke}" stroke-width="{width}"/>'


def shape(path: str, fill: str) -> str:
    """A filled path."""
    return f'<path d="{path}" fill="{fill}"/>'


def line(path: str, stroke: str, width: float) -> str:
    """A path's line, round at the ends."""
    return (
        f'<path d="{path}" fill="none" stroke="{stroke}" stroke-width="{width}" stroke-linecap="round" stroke-linejoin="round"/>'
    )


def moved(inner: str, transform: str) -> str:
    """Shapes turned, shifted or scaled."""
    return f'<g transform="{transform}">{inner}</g>'


def shadow(across: float = 120, y: float = 332) -> str:
    """What a thing leaves on the floor."""
    return f'<ellipse cx="200" cy="{y}" rx="{across}" ry="10" fill="#000" opacity=".1"/>'


def _mix(hexadecimal: str, towards: int, share: float) -> str:
    parts = (int(hexadecimal[i : i + 2], 16) for i in (1, 3, 5))
    return "#" + "".join(f"{round(part + (towards - part) * share):02x}" for part in parts)
