"""The night shift: reads a tenant's past, has every strategy fitted, looks at the result, publishes it."""

import asyncio
import dataclasses
import logging
import os
import secrets
import shutil
import sys
from asyncio.subprocess import PIPE
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import orjson

from gateway.domain.event_type import lesson
from gateway.domain.release import Release, ReleaseId
from gateway.domain.tenant import TenantId
from gateway.errors import BadInput
from gateway.index.canary import send_canary
from gateway.index.days import marks_of
from gateway.index.errand import CATEGORIES, PRODUCTS, Errand, Part
from gateway.index.manifest import BadRelease, Manifest, flush, read
from gateway.index.neighbours import good_enough
from gateway.index.workshop import Limits, open_days
from gateway.settings import Settings
from gateway.store.training import Day, Past, TrainingStore
from gateway.strategies.verdict import worse
from gateway.wiring import Stores, releases_folder, sums_folder

logger = logging.getLogger(__name__)

Report = Callable[[str], None]

_UNFINISHED = ".unfinished"
AT_ONCE = 2_000_000  # events that are read and summed up together
_NAMED = timedelta(days=7)  # in which an answer can be looked into: the release that gave it stays
_KNOWN = 1000  # releases looked at; older ones have no folder left
_COLLAPSE = 0.5  # of the serving release's coverage: below that something is wrong with what was learnt from


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a training came to. A refused release says why and never serves; the one before goes on."""

    tenant_id: TenantId
    release_id: ReleaseId
    manifest: Manifest | None
    refused: str | None = None


@dataclass(frozen=True, slots=True)
class _Bench:
    """Where a release is made: everything below `folder` goes when it is done, or at the next start."""

    folder: Path
    release_id: ReleaseId

    @property
    def work(self) -> Path:
        return self.folder / "work"

    @property
    def release(self) -> Path:
        return self.folder / "release"


async def train(
    stores: Stores, settings: Settings, tenant_id: TenantId, report: Report = lambda _: None, *, force: bool = False
) -> Outcome:
    """Makes a release of all that is known now and has it serve, or keeps why not. Conflict while another trainer is at work;
    BadInput where the tenant has no product. Killed at any moment it leaves nothing that serves half. `force` publishes a release
    that is sound but leads to far fewer products than the one before, or guesses worse.
    """
    home, sums = releases_folder(settings).resolve() / tenant_id, sums_folder(settings).resolve() / tenant_id
    training, began = TrainingStore(stores.db), datetime.now(UTC)
    async with training.alone():
        await training.note_try(tenant_id, began, None)
        with _bench(home) as bench:
            async with training.past(tenant_id) as past:
                await _bring(past, tenant_id, bench, sums, report)
                state = await past.state()
            try:
                manifest = await _rehearse(bench, sums, settings, report)
                report("sending the canary")
                await asyncio.to_thread(send_canary, bench.release)
                before = None if force else await _serving(stores, tenant_id)
                fault = _fault(manifest, before) or await asyncio.to_thread(_verdict, home, before, bench.release)
                outcome = Outcome(tenant_id, bench.release_id, manifest, fault)
            except BadRelease as bad:
                outcome = Outcome(tenant_id, bench.release_id, None, str(bad))
            await _conclude(stores, outcome, bench, home)
        if outcome.manifest:
            await training.note_try(tenant_id, began, state)
        rows, named = await stores.releases.newest(tenant_id, _KNOWN), await stores.releases.named(tenant_id, began - _NAMED)
        await asyncio.to_thread(_forget_older, home, rows, named, settings.keep_releases)
    return outcome


async def _bring(past: Past, tenant_id: TenantId, bench: _Bench, sums: Path, report: Report) -> None:
    """The catalog, and the events of those days that have not been summed up as they are now."""
    report("reading products and events")
    if not await past.write_products(bench.work / PRODUCTS):
        raise BadInput(f"tenant {tenant_id!r} has no product to recommend: import a catalog first", field="tenant")
    await past.write_categories(bench.work / CATEGORIES)
    there = await past.days()
    marks = marks_of({day: told.version for day, told in there.items()})
    types = await past.types()
    summed = (await asyncio.to_thread(open_days, sums, lesson(types))).holding(marks)
    runs = list(_runs(summed.lacking(marks), there)) or ([] if summed.spans else [[]])
    parts = [Part(f"events-{number}.csv", {day: marks[day] for day in run}) for number, run in enumerate(runs)]
    for part, run in zip(parts, runs, strict=True):
        await past.write_events(bench.work / part.file, run, types)
    Errand(parts, marks, await past.forgotten(), lesson(types)).write(bench.work)


def _runs(days: Iterable[date], there: Mapping[date, Day]) -> Iterator[list[date]]:
    """The days in runs without a gap, each of about two million events at most, or of one day."""
    run: list[date] = []
    for day in days:
        if run and (day != run[-1] + timedelta(days=1) or sum(there[each].events for each in (*run, day)) > AT_ONCE):
            yield run
            run = []
        run.append(day)
    if run:
        yield run


async def _rehearse(bench: _Bench, sums: Path, settings: Settings, report: Report) -> Manifest:
    """Runs gateway.strategies.rehearsal in a process of its own; BadRelease where it fails."""
    limits = Limits(settings.training_memory_mb, settings.training_threads)
    score = {
        "release_id": bench.release_id,
        "work": str(bench.work),
        "folder": str(bench.release),
        "limits": dataclasses.asdict(limits),
        "days": str(sums),
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "gateway.strategies.rehearsal",
        stdin=PIPE,
        stdout=PIPE,
        stderr=PIPE,
        env={**os.environ, **limits.environment},
    )
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stderr is not None
    reason = ""
    complaints = asyncio.create_task(process.stderr.read())
    try:
        process.stdin.write(orjson.dumps(score, option=orjson.OPT_APPEND_NEWLINE))
        async for line in process.stdout:
            told = orjson.loads(line)
            reason = told.get("failed", reason)
            report(told.get("step", reason))
        code = await process.wait()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    said = (await complaints).decode(errors="replace").strip()
    if code:
        logger.error("training failed (%s): %s", code, said)
        raise BadRelease(f"training failed: {reason or f'its process died ({code})'}")
    return await asyncio.to_thread(read, bench.release)


def _fault(manifest: Manifest, before: Release | None) -> str | None:
    """Why a sound release is not good enough to serve, if it is not."""
    if not good_enough(manifest.recall, manifest.ties):
        return f"the index finds {manifest.recall:.1%} of the 20 nearest neighbours, which is too few"
    covered = before.coverage if before else 0.0
    if manifest.coverage < covered * _COLLAPSE:
        return f"only {manifest.coverage:.1%} of the products lead to another; in the serving release {covered:.1%} do"
    return None


def _verdict(home: Path, before: Release | None, release: Path) -> str | None:
    """Why a release guesses significantly worse than the serving one, if it does and that one can still be opened."""
    try:
        return worse(home / before.release_id, release) if before else None
    except BadRelease as gone:
        logger.warning("nothing to compare the new release with: %s", gone)
        return None


async def _serving(stores: Stores, tenant_id: TenantId) -> Release | None:
    return next((row for row in await stores.releases.newest(tenant_id, _KNOWN) if row.serving), None)


async def _conclude(stores: Stores, outcome: Outcome, bench: _Bench, home: Path) -> None:
    """The folder first, then the row that makes servers look for it."""
    told = outcome.manifest.as_json() if outcome.manifest else {}
    if outcome.refused:
        await stores.releases.refuse(outcome.tenant_id, outcome.release_id, told, outcome.refused)
        return
    bench.release.rename(home / outcome.release_id)
    flush(home)
    await stores.releases.publish(outcome.tenant_id, outcome.release_id, told)


@contextmanager
def _bench(home: Path) -> Iterator[_Bench]:
    """A fresh place to work in. What a killed training left behind goes first: we are the only trainer."""
    home.mkdir(parents=True, exist_ok=True)
    for left in home.glob(f"*{_UNFINISHED}"):
        shutil.rmtree(left, ignore_errors=True)
    release_id = ReleaseId(f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(3)}")
    bench = _Bench(home / f"{release_id}{_UNFINISHED}", release_id)
    bench.work.mkdir(parents=True)
    try:
        yield bench
    finally:
        shutil.rmtree(bench.folder, ignore_errors=True)


def _forget_older(home: Path, rows: list[Release], named: Collection[ReleaseId], keep: int) -> None:
    """Removes the folders of all but the serving release, the newest `keep` that may serve, and those that answers name."""
    sound = [row for row in rows if row.refused is None]
    kept = {row.release_id for row in sound[: max(keep, 1)]} | {row.release_id for row in sound if row.serving} | {*named}
    for folder in home.iterdir():
        if folder.is_dir() and folder.name not in kept:
            shutil.rmtree(folder, ignore_errors=True)
