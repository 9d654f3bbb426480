"""What has been summed up of a tenant's past: days, each read once, and from when on months; which must be read anew."""

import dataclasses
import hashlib
import shutil
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from pathlib import Path

import orjson

from gateway.index.manifest import SealedFile, flush, seal_file

_NAME = "days.json"
_FRESH = "days.new"
_DAY = timedelta(days=1)
EPOCH = date(1970, 1, 1)

_Batch = Mapping[str, SealedFile]  # the files of a batch as they were when it was saved


@dataclass(frozen=True, slots=True)
class Span:
    """Days that were summed up together, the mark of their events when they were read, and the batch in which the sums lie."""

    first: date
    last: date
    mark: str
    batch: int

    @property
    def ends(self) -> int:
        """The day after, in days since 1970: its beginning is the moment to which weights have decayed."""
        return (self.last + _DAY - EPOCH).days

    def covers(self, day: date) -> bool:
        """Whether the day is one of these."""
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class Days:
    """The spans of a folder; one that is not in here has never been, whatever lies about. A change is a new value, saved whole.

    `taught`: what the sums depend on beside the events. Where it has changed, nothing that was summed up holds. `sealed`: the
    batches that lie safe on the disk already. `forgotten`: how often somebody had been when nothing of them was left here.
    """

    folder: Path
    taught: str
    spans: tuple[Span, ...] = ()
    sealed: Mapping[int, _Batch] = field(default_factory=dict)
    forgotten: int = 0

    @classmethod
    def open(cls, folder: Path, taught: str) -> "Days":
        """What the folder holds; nothing where it cannot be read, or where it was taught otherwise: it is read anew then. So are
        the days of a batch of which a byte is not as it was.
        """
        try:
            written = orjson.loads((folder / _NAME).read_bytes())
            told = [(each, date.fromisoformat(each["first"]), date.fromisoformat(each["last"])) for each in written["spans"]]
            spans = tuple(Span(first, last, str(each["mark"]), int(each["batch"])) for each, first, last in told)
            batches = {int(batch): {n: SealedFile(**f) for n, f in files.items()} for batch, files in written["batches"].items()}
            if written["taught"] != taught:
                return cls(folder, taught)
            forgotten = int(written.get("forgotten", 0))
            sound = {batch: files for batch, files in batches.items() if files == _seal(folder / str(batch))}
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return cls(folder, taught)
        return cls(folder, taught, tuple(span for span in spans if span.batch in sound), sound, forgotten)

    @property
    def batches(self) -> list[int]:
        """The batches in which a span lies."""
        return sorted({span.batch for span in self.spans})

    def holding(self, marks: Mapping[date, str]) -> "Days":
        """Only the spans whose days' events are as they were."""
        return dataclasses.replace(self, spans=tuple(span for span in self.spans if span.mark == _joined(marks, span)))

    def lacking(self, marks: Mapping[date, str]) -> list[date]:
        """The days that no span covers, in order."""
        return sorted(day for day in marks if not any(span.covers(day) for span in self.spans))

    def with_days(self, marks: Mapping[date, str], batch: int) -> "Days":
        """These days too, as they lie in a batch."""
        fresh = (Span(day, day, _digest([mark]), batch) for day, mark in marks.items())
        return dataclasses.replace(self, spans=tuple(sorted((*self.spans, *fresh), key=lambda span: span.first)))

    def joined(self, spans: Collection[Span], whole: Span) -> "Days":
        """Several spans as one."""
        kept = (span for span in self.spans if span not in spans)
        return dataclasses.replace(self, spans=tuple(sorted((*kept, whole), key=lambda span: span.first)))

    def moved(self, batch: int, other: int) -> "Days":
        """What lay in one batch, in another."""
        spans = (dataclasses.replace(span, batch=other) if span.batch == batch else span for span in self.spans)
        return dataclasses.replace(self, spans=tuple(spans))

    def next_batch(self) -> int:
        """A number that no batch has, those of killed trainers included."""
        there = (int(path.name) for path in self.folder.glob("[0-9]*") if path.name.isdigit())
        return 1 + max((*there, *self.batches), default=0)

    def save(self) -> "Days":
        """Has this be what the folder holds: first the batches lie safe on the disk, then the list is swapped, then others go."""
        sealed = {batch: self.sealed.get(batch) or _seal(self.folder / str(batch)) for batch in self.batches}
        written = {
            "taught": self.taught,
            "forgotten": self.forgotten,
            "batches": {str(batch): {name: asdict(file) for name, file in files.items()} for batch, files in sealed.items()},
            "spans": [{"first": s.first, "last": s.last, "mark": s.mark, "batch": s.batch} for s in self.spans],
        }
        (self.folder / _FRESH).write_bytes(orjson.dumps(written, option=orjson.OPT_INDENT_2))
        flush(self.folder / _FRESH)
        (self.folder / _FRESH).rename(self.folder / _NAME)
        flush(self.folder)
        self._sweep()
        return dataclasses.replace(self, sealed=sealed)

    def _sweep(self) -> None:
        """Removes the batches that nothing leads to: superseded ones, and what a killed trainer began."""
        kept = {str(batch) for batch in self.batches}
        for path in self.folder.iterdir():
            if path.is_dir() and path.name not in kept:
                shutil.rmtree(path, ignore_errors=True)


def marks_of(versions: Mapping[date, int]) -> dict[date, str]:
    """What tells whether a day's sums hold: its own version, and that of the day before, whose last half hour belongs to it."""
    return {day: f"{version}/{versions.get(day - _DAY, 0)}" for day, version in versions.items()}


def whole(spans: Collection[Span], marks: Mapping[date, str], batch: int) -> Span:
    """One span of several."""
    span = Span(min(s.first for s in spans), max(s.last for s in spans), "", batch)
    return dataclasses.replace(span, mark=_joined(marks, span))


def _joined(marks: Mapping[date, str], span: Span) -> str:
    return _digest(marks[day] for day in sorted(marks) if span.covers(day))


def _digest(marks: Iterable[str]) -> str:
    return hashlib.sha256(" ".join(marks).encode()).hexdigest()[:16]


def _seal(batch: Path) -> _Batch:
    """The files of a batch, safe on the disk; none where there is no such batch."""
    if not batch.is_dir():
        return {}
    files = {path.name: seal_file(path) for path in sorted(batch.iterdir())}
    flush(batch)
    return files
