"""Importing exposures: a row a unit and its variant, checked one by one, kept in batches. Run again, it changes nothing."""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from time import monotonic

from gateway.domain.event import MAX_ID, Refusal
from gateway.domain.exposure import ToldExposure
from gateway.domain.visitor import SessionId, UserId, Visitor, VisitorId
from gateway.feeds import amounts, texts
from gateway.feeds.columns import EXPOSURES, Mapped, map_columns
from gateway.feeds.refusals import Refusals, Unusable
from gateway.feeds.report import Report, Tell
from gateway.feeds.source import Row, Source
from gateway.store.exposures import ExposureStore, Told

_BATCH = 5000  # exposures a transaction

Check = Callable[[ToldExposure], Told | Refusal]
"""What an exposure is in the gateway's words, or what is wrong with it."""


@dataclass(frozen=True, slots=True)
class ExposureImport:
    """What was asked: which file, whose columns are whose, and how a row is checked. `experiment`: of rows that name none."""

    source: Source
    columns: Mapping[str, str]
    experiment: str | None
    check: Check


async def import_exposures(asked: ExposureImport, exposures: ExposureStore, tell: Tell) -> Report:
    """Takes a whole file in; rows that cannot be used are in the report's file."""
    started = monotonic()
    needed = ("variant",) if asked.experiment else ("experiment", "variant")
    mapped = map_columns(asked.source.columns, EXPOSURES, asked.columns, needed)
    refusals = Refusals(asked.source.path)
    report = Report(file=str(asked.source.path), ignored_columns=mapped.ignored)
    rows = asked.source.rows()
    timeless = 0
    try:
        while batch := await asyncio.to_thread(lambda: list(islice(rows, _BATCH))):
            report.rows += len(batch)
            read = list(_read(batch, mapped, asked, refusals))
            timeless += _without_time(batch, mapped)
            kept = await exposures.add([told for _, told in read])
            for place, refusal in sorted(kept.refused.items()):
                refusals.add(read[place][0], refusal)
            report.added += len(read) - len(kept.known) - len(kept.refused)
            report.unchanged += len(kept.known)
            tell("keeping exposures", report.rows, None)
    finally:
        refusals.close()
    if timeless:
        report.notes.append(
            f"rows without a time: {timeless:,}; their moment is now, and what those units did before counts for nothing"
        )
    report.note_refusals(refusals)
    report.seconds = round(monotonic() - started, 3)
    return report


def _read(batch: Sequence[Row], mapped: Mapped, asked: ExposureImport, refusals: Refusals) -> Iterator[tuple[int, Told]]:
    for line, values in batch:
        if isinstance(values, Refusal):
            refusals.add(line, values)
            continue
        row = {name: value for name, place in mapped.places.items() if (value := values[place]) is not None}
        try:
            read = asked.check(_exposure(row, asked.experiment))
        except Unusable as unusable:
            refusals.add(line, unusable.refusal, row)
            continue
        if isinstance(read, Refusal):
            refusals.add(line, _as_column(read), row)
        else:
            yield line, read


def _without_time(batch: Sequence[Row], mapped: Mapped) -> int:
    place = mapped.places.get("time")
    return sum(1 for _, values in batch if not isinstance(values, Refusal) and (place is None or values[place] is None))


def _exposure(row: Mapping[str, str], experiment: str | None) -> ToldExposure:
    ids = {name: row.get(name) or None for name in ("session_id", "user_id", "visitor_id")}
    for name, value in ids.items():
        if value and (len(value) > MAX_ID or "\0" in value):
            raise Unusable(name, "TOO_LONG", f"may have {MAX_ID} characters at most, and no NUL")
    session, user, visitor = ids["session_id"], ids["user_id"], ids["visitor_id"]
    return ToldExposure(
        experiment=row.get("experiment") or experiment or "",
        variant=row.get("variant"),
        visitor=Visitor(
            SessionId(session) if session else None, UserId(user) if user else None, VisitorId(visitor) if visitor else None
        ),
        time=texts.moment(row["time"], "time") if "time" in row else None,
        propensity=amounts.number(row["propensity"], "propensity") if "propensity" in row else None,
    )


def _as_column(told: Refusal) -> Refusal:
    """A field of the API by the name that it has in a file: `visitor.sessionId` is `session_id`."""
    named = {"sessionId": "session_id", "userId": "user_id", "visitorId": "visitor_id"}
    return Refusal(named.get(told.field.rpartition(".")[2], told.field), told.code, told.message)
