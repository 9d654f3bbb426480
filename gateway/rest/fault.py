"""What a decoder of JSON found, in words: the path of the field, and what would be right."""

import re
from dataclasses import dataclass

_FAULT = re.compile(r"(.*?)(?: - at `\$\.?(.*)`)?", re.DOTALL)
_UNKNOWN = re.compile(r"Object contains unknown field `(.*)`", re.DOTALL)
_MISSING = re.compile(r"Object missing required field `(.*)`")
_EXPECTED = re.compile(r"Expected `(.*)`, got `(.*)`")
_WORDS = {
    "str": "a text in quotes", "int": "a whole number", "float": "a decimal number", "bool": "true or false",
    "array": "an array", "object": "an object", "null": "null",
}  # fmt: skip
_MOST = 120  # characters that are said of what came in


@dataclass(frozen=True, slots=True)
class Fault:
    """A field, as in `lines.0.quantity` (empty for the whole), a code for machines, a sentence for people."""

    field: str
    code: str
    message: str


def in_words(fault: Exception, known: str) -> Fault:
    """The decoder's fault. `known`: what is said of a field that is none, such as where the right ones are listed."""
    parts = _FAULT.fullmatch(str(fault))
    said, at = parts.groups("") if parts else (str(fault), "")
    at = re.sub(r"\[(\d+|\.\.\.)\]", r".\1", at).lstrip(".")
    if found := _UNKNOWN.fullmatch(said):
        return Fault(_below(at, found[1]), "UNKNOWN_FIELD", known)
    if found := _MISSING.fullmatch(said):
        return Fault(_below(at, found[1]), "MISSING", "is needed")
    if found := _EXPECTED.fullmatch(said):
        wanted = " or ".join(_WORDS.get(word, word) for word in found[1].split(" | "))
        return Fault(at, "BAD_USER_INPUT", f"must be {wanted}, not {_WORDS.get(found[2], found[2])}")
    if "RFC3339" in said:
        return Fault(at, "BAD_USER_INPUT", "must be a moment with its offset from UTC, as in 2026-11-21T12:00:00Z")
    return Fault(at, "BAD_USER_INPUT", f"cannot be read: {said[:_MOST]}")


def _below(at: str, field: str) -> str:
    return f"{at}.{field[:_MOST]}" if at else field[:_MOST]
