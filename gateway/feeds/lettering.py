"""Bytes as text: by the byte order mark, by what was told, by an XML declaration, else UTF-8; nothing is guessed."""

import codecs
import io
import re

from gateway.errors import BadInput

_MARKS = {  # byte order marks; the longer ones first
    codecs.BOM_UTF32_LE: "utf-32", codecs.BOM_UTF32_BE: "utf-32", codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}  # fmt: skip
_DECLARED = re.compile(rb"""\s*<\?xml[^>]{1,200}?encoding\s*=\s*["']([A-Za-z][\w.:-]{0,40})["']""")
_NO_TEXTS = frozenset({"idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined", "utf-7"})


def check_encoding(told: str) -> str:
    """The encoding's name; BadInput where nobody writes text in it."""
    try:
        name = codecs.lookup(told).name
        io.TextIOWrapper(io.BytesIO(), name)  # which knows encodings of texts from others
    except LookupError:
        name = "undefined"
    if name in _NO_TEXTS:
        raise BadInput(f"--encoding {told[:40]}: no encoding of texts; say utf-8, windows-1252, windows-1250, iso-8859-2 …")
    return name


def as_text(buffered: io.BufferedReader, told: str | None) -> io.TextIOWrapper:
    """The text of these bytes. Where they are no UTF-8 they come as lone surrogates, so that their line can be refused."""
    start = buffered.peek(300)
    marked = next((name for mark, name in _MARKS.items() if start.startswith(mark)), None)
    encoding = marked or (check_encoding(told) if told else None) or _declared(start) or "utf-8"
    errors = "surrogateescape" if encoding.startswith("utf-8") else "strict"
    return io.TextIOWrapper(buffered, encoding, errors, newline="")


def _declared(start: bytes) -> str | None:
    """What an XML declaration says; BadInput where it cannot be, for it was read byte by byte."""
    found = _DECLARED.match(start)
    if found is None:
        return None
    named = check_encoding(found[1].decode())
    if named.startswith(("utf-16", "utf-32")):
        raise BadInput(f"the file says that it is {named} and is not; say --encoding utf-8, or what it is")
    return named
