"""The seven files of GraphiQL: which they are, what their bytes must be, and whether they are here.

They come from the npm registry at set-up and are never committed. This file knows the standard library only, so that
an image can fetch them before anything else is installed.
"""

import hashlib
from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "assets"
CDN = "https://unpkg.com"


@dataclass(frozen=True, slots=True)
class Asset:
    """One file of an npm package; `sha384` is in base64, as a browser's integrity attribute wants it."""

    package: str
    version: str
    path: str
    sha384: str

    @property
    def name(self) -> str:
        """The file's name here. The version is in it, so it may be cached for ever."""
        return f"{self.package.rpartition('/')[2]}-{self.version}-{self.path.rpartition('/')[2]}"

    @property
    def file(self) -> Path:
        """Where the file lies once it was fetched."""
        return FOLDER / self.name

    @property
    def cdn_url(self) -> str:
        """Where browsers may load the file from instead."""
        return f"{CDN}/{self.package}@{self.version}/{self.path}"

    def is_true(self, content: bytes) -> bool:
        """Whether these are the bytes that we know."""
        return b64encode(hashlib.sha384(content).digest()).decode() == self.sha384


ASSETS = (
    Asset("react", "18.2.0", "umd/react.production.min.js", "tMH8h3BGESGckSAVGZ82T9n90ztNXxvdwvdM6UoR56cYcf+0iGXBliJ29D+wZ/x8"),
    Asset(
        "react-dom",
        "18.2.0",
        "umd/react-dom.production.min.js",
        "bm7MnzvK++ykSwVJ2tynSE5TRdN+xL418osEVF2DE/L/gfWHj91J2Sphe582B1Bh",
    ),
    Asset("js-cookie", "3.0.5", "dist/js.cookie.min.js", "/vxhYfM1LENRhdpZ8dwEsQn/X4VhpbEZSiU4m/FwR+PVpzar4fkEOw8FP9Y+OfQN"),
    Asset("graphiql", "3.8.3", "graphiql.min.css", "Mq3vbRBY71jfjQAt/DcjxUIYY33ksal4cgdRt9U/hNPvHBCaT2JfJ/PTRiPKf0aM"),
    Asset("graphiql", "3.8.3", "graphiql.min.js", "HbRVEFG0JGJZeAHCJ9Xm2+tpknBQ7QZmNlO/DgZtkZ0aJSypT96YYGRNod99l9Ie"),
    Asset(
        "@graphiql/plugin-explorer", "1.0.2", "dist/style.css", "5DFJlDPW2tSATRbM8kzoP1j194jexLswuNmClWoRr2Q0x7R68JIQzPHZ02Faktwi"
    ),
    Asset(
        "@graphiql/plugin-explorer",
        "1.0.2",
        "dist/index.umd.js",
        "2oonKe47vfHIZnmB6ZZ10vl7T0Y+qrHQF2cmNTaFDuPshpKqpUMGMc9jgj9MLDZ9",
    ),
)
"""In the order in which a page loads them: scripts need those before them."""


def are_here() -> bool:
    """Whether every file was fetched; `fetch` has looked at their bytes."""
    return all(asset.file.exists() for asset in ASSETS)


def wrong() -> list[Asset]:
    """The files that are missing or are not what they should be."""
    return [asset for asset in ASSETS if not (asset.file.exists() and asset.is_true(asset.file.read_bytes()))]
