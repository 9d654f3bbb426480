"""The script as browsers load it: built from `source` by `make script`, and known by a sum to be of that source."""

import gzip
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

SOURCE = Path(__file__).parent / "source"
BUILT = Path(__file__).parent / "built"


@dataclass(frozen=True, slots=True)
class File:
    """A file that browsers load, and its name for their caches."""

    content: bytes
    packed: bytes
    etag: str
    media_type: str


@cache
def script() -> File:
    """For `<script src=…>`: it puts `endcap` into the window."""
    return _file(BUILT / "endcap.js", "text/javascript; charset=utf-8")


@cache
def module() -> File:
    """For `import endcap from …`."""
    return _file(BUILT / "endcap.mjs", "text/javascript; charset=utf-8")


@cache
def types() -> File:
    """What a type checker reads."""
    return _file(SOURCE / "api.d.ts", "text/plain; charset=utf-8")


def opening() -> str:
    """The first line of a build of the source as it is now."""
    files = sorted(SOURCE.glob("*.js"))
    told = hashlib.sha256(b"".join(file.name.encode() + b"\0" + file.read_bytes() + b"\0" for file in files)).hexdigest()
    return f"// Endcap, Apache-2.0; its types: endcap.d.ts; source {told[:16]}"


def _file(path: Path, media_type: str) -> File:
    content = path.read_bytes()
    return File(content, gzip.compress(content, 9, mtime=0), f'"{hashlib.sha256(content).hexdigest()[:32]}"', media_type)
