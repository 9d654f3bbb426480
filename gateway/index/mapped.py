"""A file of numbers as an array that the operating system pages in and shares between processes."""

import math
import mmap
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from gateway.index.manifest import BadRelease


def map_array(path: Path, dtype: DTypeLike, shape: tuple[int, ...]) -> NDArray[Any]:
    """The file's numbers, read-only; BadRelease where the file is not exactly of this shape."""
    kind = np.dtype(dtype)
    wanted = math.prod(shape) * kind.itemsize
    if not path.is_file() or path.stat().st_size != wanted:
        raise BadRelease(f"{path} does not hold {' × '.join(map(str, shape))} numbers of {kind.itemsize} bytes")
    if not wanted:
        return np.empty(shape, kind)
    return np.frombuffer(map_bytes(path), kind).reshape(shape)


def map_bytes(path: Path) -> mmap.mmap | bytes:
    """The file's bytes; an empty file has none to map."""
    with path.open("rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if path.stat().st_size else b""
