"""Feeds in XML, read item by item: no document type, no entities but XML's own five, nothing fetched, nothing kept."""

import io
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, TextIO

import orjson
from lxml import etree

from gateway.domain.event import Refusal
from gateway.errors import BadInput
from gateway.feeds.rows import Row, Source, distinct, fault_of_text

GOOGLE, SHOPITEMS = "Google Merchant", "SHOPITEM"
_ROOTS = {"rss": (GOOGLE, "item"), "feed": (GOOGLE, "entry"), "RDF": (GOOGLE, "item"), "SHOP": (SHOPITEMS, "SHOPITEM")}
_GOOGLE = "http://base.google.com/ns/1.0"
_PROLOG = re.compile(r"\s+|<\?.*?\?>|<!--.*?-->", re.DOTALL)
_ROOT = re.compile(r"<(?:[\w.-]+:)?([\w.-]+)")
_ENTITY = re.compile(r"'([^']{1,40})'")
_LONGEST = 32 * 2**20  # characters without the end of an item: no product is that long
_BYTE = 0x10FF00  # where a byte that is no UTF-8 is put, past all letters, so that only its item is refused

Opening = Callable[[], AbstractContextManager[TextIO]]
Told = dict[str, Any]


def xml_source(path: Path, start: str, opening: Opening) -> Source:
    """The items of a feed; BadInput where the file is no feed that is known, or not well-formed. `start`: of its text."""
    vocabulary, item = _recognise(path, start)

    def items() -> Iterator[Told]:
        with opening() as text:
            yield from _items(path, text, item)

    columns = distinct(path, (name for told in items() for name in told))
    if not columns:
        raise BadInput(f"{path}: the feed has no <{item}>")

    def rows() -> Iterator[Row]:
        for number, told in enumerate(items(), 1):
            yield number, _values(told, columns)

    return Source(path, columns, rows, vocabulary)


def _recognise(path: Path, start: str) -> tuple[str, str]:
    place = 0
    while found := _PROLOG.match(start, place):
        place = found.end()
    if start[place : place + 9].upper() == "<!DOCTYPE":
        raise BadInput(f"{path}: has a document type (<!DOCTYPE …>), which feeds have no need of; take it out")
    if start.startswith(("<!--", "<?"), place) or not start[place:]:
        raise BadInput(
            f"{path}: no element begins in the first {len(start):,} characters, only comments and instructions; take them out"
        )
    root = _ROOT.match(start, place)
    if root is None or root[1] not in _ROOTS:
        told = f"<{root[1][:40]}>" if root else "no XML"
        raise BadInput(f"{path}: {told} is no feed that is known: Google Merchant's RSS or Atom, or a SHOP of SHOPITEMs")
    return _ROOTS[root[1]]


class _Utf8(io.RawIOBase):
    """The text as UTF-8, whatever it was in; BadInput where there is no end of an item."""

    def __init__(self, path: Path, text: TextIO) -> None:
        self._path, self._text = path, text
        self.since = 0  # characters read since the end of the last item

    def read(self, size: int = -1) -> bytes:
        """The next piece."""
        told = self._text.read(max(size, 1 << 16))
        self.since += len(told)
        if self.since > _LONGEST:
            raise BadInput(f"{self._path}: {_LONGEST:,} characters without the end of an item; this is no feed")
        try:
            return told.encode()
        except UnicodeEncodeError:
            return "".join(chr(_BYTE + (ord(c) & 0xFF)) if "\ud800" <= c <= "\udfff" else c for c in told).encode()


def _items(path: Path, text: TextIO, item: str) -> Iterator[Told]:
    reading = _Utf8(path, text)
    parsed = etree.iterparse(
        reading, events=("end",), tag="{*}" + item, encoding="utf-8", resolve_entities=False, no_network=True,
        huge_tree=False, load_dtd=False, dtd_validation=False, remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        for _, element in parsed:
            if element.getroottree().docinfo.internalDTD is not None:
                raise BadInput(f"{path}: has a document type, which feeds have no need of; take it out")
            reading.since = 0
            yield _told(element)
            element.clear()
            while element.getprevious() is not None:  # what stood before it is done with
                del element.getparent()[0]
    except etree.XMLSyntaxError as wrong:
        raise BadInput(f"{path}: not well-formed XML: {_fault(wrong, parsed.error_log)}; nothing of it was imported") from None


def _fault(wrong: etree.XMLSyntaxError, log: Any) -> str:
    """What is wrong, and on which line: of an entity nobody declared the parser itself says less than it knows."""
    entity = next((each for each in log if each.type == etree.ErrorTypes.ERR_UNDECLARED_ENTITY), None)
    if entity is None:
        return str(wrong)
    named = found[1] if (found := _ENTITY.search(entity.message)) else "one"
    return (
        f"&{named}; on line {entity.line} is no entity of XML, which has amp, lt, gt, quot and apos: write the character itself"
    )


def _told(element: Any) -> Told:
    """Names and what they say; Google's own words win over others of the same name (`g:title`, `title`)."""
    google: dict[str, list[Any]] = {}
    other: dict[str, list[Any]] = {}
    for child in element:
        name = etree.QName(child)
        said = _said(child)
        if said:
            (google if name.namespace == _GOOGLE else other).setdefault(name.localname, []).append(said)
    return {name: said[0] if len(said) == 1 else said for name, said in {**other, **google}.items()}


def _said(element: Any) -> Any:
    """A text; or, of what consists of named parts, an object."""
    if len(element) == 0:
        return (element.text or element.get("href") or "").strip()
    if _is_blank(element.text) and all(_is_blank(child.tail) for child in element):
        return _told(element)
    return "".join(element.itertext()).strip()


def _is_blank(text: str | None) -> bool:
    return text is None or not text.strip()


def _values(told: Told, columns: Sequence[str]) -> Sequence[str | None] | Refusal:
    values = [_as_text(told.get(name)) for name in columns]
    whole = "".join([value for value in values if value])
    if not whole.isascii() and (lost := next((c for c in whole if ord(c) >= _BYTE), None)):
        return fault_of_text(chr(0xDC00 + (ord(lost) & 0xFF))) or values
    return values


def _as_text(said: Any) -> str | None:
    if said is None or isinstance(said, str):
        return said or None
    return orjson.dumps(said).decode()
