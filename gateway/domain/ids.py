"""The ids of an answer: one view, its lists, and the products shown, derivable from each other.

All are version-8 UUIDs (RFC 9562): 48 bits of time, random bits, and in the last 16 bits the place inside the answer:
0 for the view, `(list+1) << 8` for a list, and that plus `position+1` for a product.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID, SafeUUID

MAX_LISTS = 255
MAX_POSITIONS = 255
_PLACE = 0xFFFF
_VERSION, _VARIANT = 8, 0b10


@dataclass(frozen=True, slots=True)
class Shown:
    """Where a recommendation stood: its view, the list in it, the position in the list."""

    view_id: UUID
    list_number: int
    position: int


def make_view_id(now: datetime, randomness: bytes) -> UUID:
    """A new view's id. `randomness`: 8 bytes."""
    bits = int.from_bytes(randomness, "big")
    random_a, random_b = bits >> 52, bits & ((1 << 46) - 1)
    milliseconds = int(now.timestamp() * 1000) & ((1 << 48) - 1)
    return _id(milliseconds << 80 | _VERSION << 76 | random_a << 64 | _VARIANT << 62 | random_b << 16)


def list_id(view_id: UUID, list_number: int) -> UUID:
    """The id of the nth list of a view, counted from 0."""
    return _id(view_id.int & ~_PLACE | (list_number + 1) << 8)


def recommendation_id(view_id: UUID, list_number: int, position: int) -> UUID:
    """The id of one product shown."""
    if list_number >= MAX_LISTS or position >= MAX_POSITIONS:
        raise ValueError("a view has room for 255 lists of 255 products")
    return _id(view_id.int & ~_PLACE | (list_number + 1) << 8 | position + 1)


def shown_as(recommendation: UUID) -> Shown | None:
    """The inverse of `recommendation_id`; null where the id is not one of ours."""
    bits = recommendation.int
    place = bits & _PLACE
    if not place >> 8 or not place & 0xFF or bits >> 76 & 0xF != _VERSION or bits >> 62 & 0b11 != _VARIANT:
        return None
    return Shown(view_of(recommendation), (place >> 8) - 1, (place & 0xFF) - 1)


def belongs(recommendation: UUID, view_id: UUID, list_id: UUID) -> bool:
    """Whether a recommendation's id is one of this list in this view."""
    return view_id.int == recommendation.int & ~_PLACE and list_id.int == recommendation.int & ~0xFF


def view_of(any_id: UUID) -> UUID:
    """The view that a list or a recommendation belongs to."""
    return _id(any_id.int & ~_PLACE)


def made_at(any_id: UUID) -> datetime:
    """When the view was made, to the millisecond."""
    return datetime.fromtimestamp((any_id.int >> 80) / 1000, UTC)


def _id(bits: int) -> UUID:
    """UUID(int=bits) without its checks, which cost as much again: an event of a recommendation takes two such ids."""
    made = object.__new__(UUID)
    object.__setattr__(made, "int", bits)
    object.__setattr__(made, "is_safe", SafeUUID.unknown)
    return made
