"""What a rehearsal finds in its folder: which files hold which days, and which days there are at all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import orjson

from gateway.domain.event_type import STANDARD, lesson

_NAME = "errand.json"

PRODUCTS, CATEGORIES, EVENTS = "products.csv", "categories.csv", "events.csv"

Marks = Mapping[date, str]


@dataclass(frozen=True, slots=True)
class Part:
    """A file of events, and the days of which it holds all, with their marks; null: whatever days there are in it."""

    file: str
    marks: Marks | None


@dataclass(frozen=True, slots=True)
class Errand:
    """The parts to sum up, one after the other; `marks` of all days that hold, null where that is what the parts hold.
    `forgotten`: how often somebody was. `lesson`: what each event says, as a text.
    """

    parts: Sequence[Part]
    marks: Marks | None = None
    forgotten: int = 0
    lesson: str = lesson(STANDARD)

    @classmethod
    def read(cls, work: Path) -> "Errand":
        """The errand that lies in a folder; where none does, its one file of events is the whole past."""
        try:
            written = orjson.loads((work / _NAME).read_bytes())
        except FileNotFoundError:
            return cls((Part(EVENTS, None),))
        parts = [Part(each["file"], _dated(each["marks"])) for each in written["parts"]]
        return cls(parts, _dated(written["marks"]), written["forgotten"], written["lesson"])

    def write(self, work: Path) -> None:
        """Leaves the errand in a folder."""
        parts = [{"file": part.file, "marks": part.marks} for part in self.parts]
        told = {"parts": parts, "marks": self.marks, "forgotten": self.forgotten, "lesson": self.lesson}
        (work / _NAME).write_bytes(orjson.dumps(told, option=orjson.OPT_NON_STR_KEYS))


def _dated(marks: Mapping[str, str]) -> dict[date, str]:
    return {date.fromisoformat(day): mark for day, mark in marks.items()}
