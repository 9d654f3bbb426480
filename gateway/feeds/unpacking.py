"""A file's bytes, unpacked where it is gzip or zip, and never more of them than a feed can have."""

import gzip
import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Protocol, cast

from gateway.errors import BadInput

GZIP = b"\x1f\x8b"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")  # with files in it, and without
MOST = 16 * 2**30
"""Bytes that are read of one file: ten million products of a feed, and more than most machines have of temporary space."""
_FREELY = 64 * 2**20  # bytes that any packed file may become
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # of the others a few bytes become a gigabyte at once
_RATIO = 200  # times its size; feeds reach 10 to 50, the same byte over and over 1,000
_EXCEL = "[Content_Types].xml"
_NAMED = 10  # files of an archive that a message names


class _Readable(Protocol):
    def read(self, size: int = ..., /) -> bytes: ...


class _Bounded(io.RawIOBase):
    """Passes bytes on until there were too many."""

    def __init__(self, packed: _Readable, most: int, path: Path) -> None:
        self._packed, self._most, self._path = packed, most, path
        self._read = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        """Fills the buffer; BadInput where the file is a bomb."""
        view = memoryview(cast(bytearray, buffer))
        got = self._packed.read(len(view))
        view[: len(got)] = got
        self._read += len(got)
        if self._read > self._most:
            raise BadInput(
                f"{self._path}: unpacks to more than {self._most:,} bytes, which no feed does; nothing of it was imported"
            )
        return len(got)


@contextmanager
def opened(path: Path, member: str | None = None) -> Iterator[io.BufferedReader]:
    """The bytes of the file, or of the one file packed in it; `member` names it where an archive holds several."""
    with path.open("rb") as file:
        start = file.read(4)
        file.seek(0)
        if member is not None and start not in _ZIP:
            raise BadInput(f"{path}: --member {member}: the file is no zip archive")
        if start[:2] == GZIP:
            with gzip.GzipFile(fileobj=file) as packed:
                yield _checked(packed, path)
        elif start in _ZIP:
            with _archive(file, path) as archive, _member(archive, path, member) as packed:
                yield _checked(packed, path)
        else:
            yield file


def _checked(packed: _Readable, path: Path) -> io.BufferedReader:
    most = min(MOST, max(_FREELY, _RATIO * path.stat().st_size))
    binary: io.BufferedReader = io.BufferedReader(_Bounded(packed, most, path), 1 << 17)
    start = binary.peek(4)[:4]
    if start[:2] == GZIP or start in _ZIP:
        raise BadInput(f"{path}: is packed twice; unpack it once")
    return binary


@contextmanager
def _archive(file: BinaryIO, path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(file) as archive:
            if _EXCEL in archive.namelist():
                raise BadInput(f"{path}: this is an Excel file; save it as CSV")
            yield archive
    except (zipfile.BadZipFile, zlib.error, EOFError) as wrong:
        raise BadInput(f"{path}: a zip or Excel file that is damaged ({wrong}); pack it again, or save it as CSV") from None
    except RuntimeError as wrong:  # a password, or a way of packing that is not known
        raise BadInput(f"{path}: the zip archive cannot be opened ({wrong}); pack it anew, without a password") from None


def _member(archive: zipfile.ZipFile, path: Path, wanted: str | None) -> "zipfile.ZipExtFile":
    """Read where it is: a name in an archive is never a path on this machine."""
    names = [info.filename for info in archive.infolist() if _is_data(info)]
    if not names:
        raise BadInput(f"{path}: the zip archive is empty")
    named = wanted if wanted is not None or len(names) > 1 else names[0]
    if named not in names:
        which = f"holds {len(names)} files" if named is None else f"has no file {named[:80]!r}"
        listed = ", ".join(repr(name[:80]) for name in names[:_NAMED])
        raise BadInput(f"{path}: the zip archive {which}; say --member NAME, of {listed}")
    if archive.getinfo(named).compress_type not in _METHODS:
        raise BadInput(f"{path}: the zip archive is packed in a way that is not read piece by piece; pack it anew, by deflate")
    return cast("zipfile.ZipExtFile", archive.open(named))


def _is_data(info: zipfile.ZipInfo) -> bool:
    name = PurePosixPath(info.filename).name
    return not info.is_dir() and not name.startswith(".") and not info.filename.startswith("__MACOSX/")
