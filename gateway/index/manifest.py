"""What a release folder says of itself, and whether it can be believed."""

import dataclasses
import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

FORMAT = 2
READABLE = (1, FORMAT)
"""What came with 2 is left out of a release of 1; the rest of it serves until the next training."""

NAME = "manifest.json"
_BLOCK = 1 << 20


class BadRelease(ValueError):
    """The folder holds no release that may serve."""


@dataclass(frozen=True, slots=True)
class SealedFile:
    """A file as it was when the release was made."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """A release's facts. `newest_event` is the moment from which ages were measured, ISO 8601; null where nothing happened."""

    release_id: str
    products: int
    events: int
    newest_event: str | None
    width: int  # neighbours a product has in the tables
    dimensions: int
    vectors: int  # products in the index of vectors
    trees: int
    search_k: int
    recall: float | None  # of the index against brute force, at 20; null where there is no vector
    ties: float  # share of the sample whose 20th neighbour is as near as the 21st
    coverage: float  # share of products that lead to another
    seconds: float
    peak_megabytes: int
    versions: Mapping[str, str]
    files: Mapping[str, SealedFile] = field(default_factory=dict)
    format: int = FORMAT

    def as_json(self) -> dict[str, Any]:
        """The manifest as it is written, without its checksum."""
        return dataclasses.asdict(self)


def seal(folder: Path, manifest: Manifest) -> Manifest:
    """Writes the manifest with the size and SHA-256 of every file, all of it on the disk when this returns."""
    files = {path.name: seal_file(path) for path in sorted(folder.iterdir()) if path.name != NAME}
    sealed = dataclasses.replace(manifest, files=files)
    written = sealed.as_json()
    (folder / NAME).write_bytes(orjson.dumps({**written, "checksum": _checksum(written)}, option=orjson.OPT_INDENT_2))
    flush(folder / NAME)
    flush(folder)
    return sealed


def read(folder: Path) -> Manifest:
    """The manifest of a release whose every byte is as it was sealed; BadRelease says what is not."""
    manifest = _parse(folder)
    for name, told in manifest.files.items():
        path = folder / name
        if not path.is_file():
            raise BadRelease(f"{path} is missing")
        if path.stat().st_size != told.size:
            raise BadRelease(f"{path} has {path.stat().st_size} bytes, the manifest says {told.size}")
        if _hash(path) != told.sha256:
            raise BadRelease(f"{path} is not what was sealed: its SHA-256 differs")
    return manifest


def _parse(folder: Path) -> Manifest:
    path = folder / NAME
    try:
        written = orjson.loads(path.read_bytes())
        checksum = written.pop("checksum")
        if written["format"] not in READABLE:
            raise BadRelease(f"{path} has format {written['format']}, this version reads {READABLE[0]} to {FORMAT}: train anew")
        if checksum != _checksum(written):
            raise BadRelease(f"{path} was changed after it was sealed")
        files = {name: SealedFile(**told) for name, told in written.pop("files").items()}
        return Manifest(**written, files=files)
    except FileNotFoundError:
        raise BadRelease(f"{folder} holds no release") from None
    except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError) as error:
        raise BadRelease(f"{path} cannot be read: {error}") from error


def _checksum(written: Mapping[str, Any]) -> str:
    return hashlib.sha256(orjson.dumps(written, option=orjson.OPT_SORT_KEYS)).hexdigest()


def seal_file(path: Path) -> SealedFile:
    """The file as it is, on the disk when this returns."""
    flush(path)
    return SealedFile(path.stat().st_size, _hash(path))


def _hash(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def flush(path: Path) -> None:
    """Has a file, or the names in a folder, be on the disk when this returns."""
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
