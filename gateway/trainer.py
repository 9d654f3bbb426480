"""The night shift: reads a tenant's past, has every strategy fitted, looks at the result, publishes it."""

import asyncio
import dataclasses
import logging
import os
import secrets
import shutil
import sys
from asyncio.subprocess import PIPE
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import orjson

from gateway.domain.event import WEIGHTS
from gateway.domain.tenant import TenantId
from gateway.errors import BadInput
from gateway.index.canary import send_canary
from gateway.index.manifest import BadRelease, Manifest, flush, read
from gateway.index.neighbours import good_enough
from gateway.index.workshop import CATEGORIES, EVENTS, PRODUCTS, Limits
from gateway.settings import Settings
from gateway.store.releases import ReleaseId, ReleaseRow
from gateway.store.training import Brought, TrainingStore
from gateway.strategies.verdict import worse
from gateway.wiring import Stores, releases_folder

logger = logging.getLogger(__name__)

Report = Callable[[str], None]

_UNFINISHED = ".unfinished"
_TELLING = {name: weight for name, weight in WEIGHTS.items() if weight > 0}
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
    home = releases_folder(settings).resolve() / tenant_id
    async with TrainingStore(stores.db).alone():
        with _bench(home) as bench:
            await _bring(stores, tenant_id, bench, report)
            try:
                manifest = await _rehearse(bench, settings, report)
                report("sending the canary")
                await asyncio.to_thread(send_canary, bench.release)
                before = None if force else await _serving(stores, tenant_id)
                fault = _fault(manifest, before) or await asyncio.to_thread(_verdict, home, before, bench.release)
                outcome = Outcome(tenant_id, bench.release_id, manifest, fault)
            except BadRelease as bad:
                outcome = Outcome(tenant_id, bench.release_id, None, str(bad))
            await _conclude(stores, outcome, bench, home)
        await asyncio.to_thread(_forget_older, home, await stores.releases.newest(tenant_id, _KNOWN), settings.keep_releases)
    return outcome


async def roll_back(stores: Stores, settings: Settings, tenant_id: TenantId, release_id: ReleaseId) -> None:
    """Has an earlier release serve again; BadInput where its files are gone or cannot be trusted."""
    try:
        await asyncio.to_thread(send_canary, releases_folder(settings).resolve() / tenant_id / release_id)
    except BadRelease as bad:
        raise BadInput(str(bad), field="id") from bad
    await stores.releases.roll_back(tenant_id, release_id)


async def _bring(stores: Stores, tenant_id: TenantId, bench: _Bench, report: Report) -> None:
    report("reading products and events")
    files = Brought(*(bench.work / name for name in (PRODUCTS, CATEGORIES, EVENTS)))
    amount = await TrainingStore(stores.db).bring(tenant_id, _TELLING, files)
    if not amount.products:
        raise BadInput(f"tenant {tenant_id!r} has no product to recommend: import a catalog first", field="tenant")


async def _rehearse(bench: _Bench, settings: Settings, report: Report) -> Manifest:
    """Runs gateway.strategies.rehearsal in a process of its own; BadRelease where it fails."""
    limits = Limits(settings.training_memory_mb, settings.training_threads)
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), str(limits.threads))
    score = {
        "release_id": bench.release_id,
        "work": str(bench.work),
        "folder": str(bench.release),
        "limits": dataclasses.asdict(limits),
        "days": None,
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "gateway.strategies.rehearsal", stdin=PIPE, stdout=PIPE, stderr=PIPE, env={**os.environ, **threads}
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


def _fault(manifest: Manifest, before: ReleaseRow | None) -> str | None:
    """Why a sound release is not good enough to serve, if it is not."""
    if not good_enough(manifest.recall, manifest.ties):
        return f"the index finds {manifest.recall:.1%} of the 20 nearest neighbours, which is too few"
    covered = float(before.manifest.get("coverage", 0)) if before else 0.0
    if manifest.coverage < covered * _COLLAPSE:
        return f"only {manifest.coverage:.1%} of the products lead to another; in the serving release {covered:.1%} do"
    return None


def _verdict(home: Path, before: ReleaseRow | None, release: Path) -> str | None:
    """Why a release guesses significantly worse than the serving one, if it does and that one can still be opened."""
    try:
        return worse(home / before.release_id, release) if before else None
    except BadRelease as gone:
        logger.warning("nothing to compare the new release with: %s", gone)
        return None


async def _serving(stores: Stores, tenant_id: TenantId) -> ReleaseRow | None:
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


def _forget_older(home: Path, rows: list[ReleaseRow], keep: int) -> None:
    """Removes the folders of all but the serving release and the newest `keep` that may serve."""
    sound = [row for row in rows if row.refused is None]
    kept = {row.release_id for row in sound[: max(keep, 1)]} | {row.release_id for row in sound if row.serving}
    for folder in home.iterdir():
        if folder.is_dir() and folder.name not in kept:
            shutil.rmtree(folder, ignore_errors=True)
