"""Night after night: what was read once is not read again, whatever came late or went; and when the next night is due."""

import asyncio
import os
import signal
import sys
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from gateway.domain.event import Event
from gateway.domain.event_type import STANDARD, lesson
from gateway.domain.visitor import SessionId, Visitor
from gateway.index.release import Release
from gateway.index.workshop import open_days
from gateway.services.shift import Shift
from gateway.settings import Settings
from gateway.store.training import TrainingStore
from gateway.trainer import train
from gateway.wiring import releases_folder, sums_folder
from tests import shop
from tests.nights import BUSY
from tests.test_trainer import until_alone

LAST = shop.NEWEST.date()


@pytest.fixture
def settings(tmp_path):
    return Settings(data_dir=tmp_path)


@pytest.fixture
async def busy(stores, tenant):
    await shop.stock(stores, tenant.tenant_id)
    await stores.events.add(shop.visits(tenant.tenant_id, 60))
    return tenant.tenant_id


def seen(number, moment, product="chairs-03", kind="view"):
    return Event("acme", f"late-{number}", kind, moment, Visitor(SessionId("late")), "SERVER", product)


async def open_release(stores, settings, tenant_id):
    outcome = await train(stores, settings, tenant_id)
    assert outcome.refused is None
    return opened(settings, outcome.release_id)


def opened(settings, release_id):
    return Release.open(releases_folder(settings).resolve() / BUSY / release_id)


async def assert_as_if_new(stores, tmp_path, release):
    """The release is the one that a first training would make."""
    first = await open_release(stores, Settings(data_dir=tmp_path / "anew"), BUSY)
    assert release.manifest.events == first.manifest.events
    for name in ("also_viewed", "also_bought", "bought_after_viewing"):
        one, other = (r.table(name).block(0, r.manifest.products) for r in (release, first))
        assert one[1] == pytest.approx(other[1], abs=2e-3)
        assert np.mean(one[0] == other[0]) > 0.99  # equals may change places


def batches(settings):
    return {span.first: span.batch for span in open_days(sums_folder(settings) / "acme", lesson(STANDARD)).spans}


async def test_the_next_night_reads_the_days_that_changed_and_no_others(stores, rested, settings, tmp_path):
    first = opened(settings, rested.release_id)
    before = batches(settings)
    await stores.events.add(
        [seen(1, shop.NEWEST + timedelta(minutes=1)), seen(2, shop.NEWEST + timedelta(minutes=2), "chairs-09")]
    )
    whole = await open_release(stores, Settings(data_dir=tmp_path / "anew"), BUSY)
    for day in before:  # what was read once cannot be read a second time: its partition is out of the table
        if day < LAST:
            await stores.db.pool.execute(f"alter table event detach partition event_{day:%Y%m%d}")
    again = await open_release(stores, settings, BUSY)
    assert {day for day, batch in batches(settings).items() if batch != before[day]} == {LAST}
    assert (first.manifest.events + 2, whole.manifest.events) == (again.manifest.events, again.manifest.events)
    one, other = (r.table("also_viewed").block(0, r.manifest.products) for r in (again, whole))
    assert one[1] == pytest.approx(other[1], abs=2e-3)


@pytest.mark.usefixtures("rested")
async def test_where_nothing_happened_nothing_is_read(stores, settings):
    before = batches(settings)
    await open_release(stores, settings, BUSY)
    assert batches(settings) == before


@pytest.mark.usefixtures("rested")
async def test_an_event_that_comes_late_is_learnt_from(stores, settings, tmp_path):
    before = batches(settings)
    late = datetime(LAST.year, LAST.month, LAST.day, tzinfo=UTC) - timedelta(hours=20)
    await stores.events.add([seen(1, late), seen(2, late + timedelta(minutes=1), "rugs-04", "purchase")])
    release = await open_release(stores, settings, BUSY)
    changed = {day for day, batch in batches(settings).items() if batch != before[day]}
    assert changed == {late.date(), late.date() + timedelta(days=1)}
    await assert_as_if_new(stores, tmp_path, release)


@pytest.mark.usefixtures("rested")
@pytest.mark.parametrize(
    "statement",
    ["delete from event where happened_at::date = $1", "update event set session_id = 'x' where happened_at::date = $1"],
)
async def test_what_was_erased_or_made_anonymous_is_forgotten(stores, settings, tmp_path, statement):
    async with stores.db.pool.acquire() as connection:
        await connection.execute("set time zone 'UTC'")
        await connection.execute(statement, LAST - timedelta(days=1))
    release = await open_release(stores, settings, BUSY)
    await assert_as_if_new(stores, tmp_path, release)


@pytest.mark.usefixtures("rested")
async def test_a_partition_that_was_dropped_is_forgotten(stores, settings, tmp_path):
    gone = LAST - timedelta(days=2)
    await stores.db.pool.execute(f"drop table event_{gone:%Y%m%d}")
    release = await open_release(stores, settings, BUSY)
    assert gone not in batches(settings)
    await assert_as_if_new(stores, tmp_path, release)


async def test_a_day_is_one_in_utc_wherever_the_database_stands(stores, busy, settings):
    night = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)  # Europe's clocks go forward half an hour later
    async with stores.db.pool.acquire() as connection:
        name = await connection.fetchval("select current_database()")
        await connection.execute(f"alter database {name} set time zone 'America/New_York'")
        await connection.reset()
    await stores.db.pool.expire_connections()
    await stores.events.add([seen(1, night)])
    async with TrainingStore(stores.db).past(busy) as past:
        days = await past.days()
    assert max(days) == date(2026, 3, 29)
    await open_release(stores, settings, busy)
    assert max(batches(settings)) == date(2026, 3, 29)


async def test_a_trainer_killed_while_it_sums_up_is_followed_by_a_clean_one(stores, database_url, busy, settings, tmp_path):
    sums = sums_folder(settings) / busy
    environment = {**os.environ, "ENDCAP_DATABASE_URL": database_url, "ENDCAP_DATA_DIR": str(settings.data_dir)}
    command = (sys.executable, "-m", "gateway", "train", "--tenant", busy)
    trainer = await asyncio.create_subprocess_exec(*command, env=environment, start_new_session=True)
    while not list(sums.glob("*/views.parquet")):
        assert trainer.returncode is None, "the trainer was done before it could be killed"
        await asyncio.sleep(0.001)
    trainer.send_signal(signal.SIGKILL)
    await trainer.wait()
    outcome = await until_alone(stores, settings, busy)
    release = opened(settings, outcome.release_id)
    assert sorted(path.name for path in sums.iterdir() if path.is_dir()) == sorted(map(str, set(batches(settings).values())))
    await assert_as_if_new(stores, tmp_path, release)


async def test_a_release_is_due_when_it_is_old_enough_and_something_is_new(stores, busy, settings):
    training = TrainingStore(stores.db)
    assert await training.due() == [busy]  # never trained
    await train(stores, settings, busy)
    await stores.events.add([seen(1, shop.NEWEST)])
    assert await training.due() == []  # too early
    await stores.db.pool.execute("update training set began_at = began_at - interval '1 day'")
    assert await training.due() == [busy]
    await train(stores, settings, busy)
    await stores.db.pool.execute("update training set began_at = began_at - interval '1 day'")
    assert await training.due() == []  # nothing new
    await stores.db.pool.execute("update product_market set price_minor = price_minor + 1 where product_id = 'rugs-01'")
    assert await training.due() == [busy]


async def test_what_failed_is_tried_again_an_hour_later(stores, busy, settings):
    training = TrainingStore(stores.db)
    await train(stores, Settings(data_dir=settings.data_dir, training_memory_mb=1), busy)
    assert await training.due() == []
    await stores.db.pool.execute("update training set began_at = began_at - interval '59 minutes'")
    assert await training.due() == []
    await stores.db.pool.execute("update training set began_at = began_at - interval '1 minute'")
    assert await training.due() == [busy]


async def test_servers_make_releases_by_themselves_and_several_do_not_get_in_each_others_way(
    stores, database_url, busy, settings
):
    own = Settings(data_dir=settings.data_dir, database_url=database_url)
    shifts = [asyncio.create_task(Shift(TrainingStore(stores.db), own, seconds=0.01).run()) for _ in range(2)]
    while await stores.releases.serving(busy) is None:  # noqa: ASYNC110  (another process makes it)
        await asyncio.sleep(0.05)
    for shift in shifts:
        shift.cancel()
    await asyncio.gather(*shifts, return_exceptions=True)
    assert [row.refused for row in await stores.releases.newest(busy)] == [None]


async def test_a_server_that_is_told_not_to_trains_nobody(stores, busy, settings):
    async with asyncio.timeout(1):
        await Shift(TrainingStore(stores.db), Settings(data_dir=settings.data_dir, train="off"), seconds=0.01).run()
    assert await stores.releases.newest(busy) == []


async def test_a_release_that_answers_of_the_last_week_name_is_kept(stores, rested, settings):
    frugal = Settings(data_dir=settings.data_dir, keep_releases=1)
    made = [rested.release_id]
    for days in (8, 6, 0):
        await answer(stores, BUSY, made[-1], datetime.now(UTC) - timedelta(days=days))
        made.append((await train(stores, frugal, BUSY)).release_id)
    kept = {path.name for path in (releases_folder(settings) / BUSY).iterdir()}
    assert {made[1], made[2]} <= kept
    assert made[0] not in kept


async def answer(stores, tenant_id, release_id, moment):
    """An answer was made from a release, which served then."""
    await stores.events.make_room([moment])
    await stores.db.pool.execute("select ensure_partitions('served_view', array[$1::date])", moment.date())
    await stores.db.pool.execute(
        "insert into served_view (tenant_id, view_id, served_at, market_id, locale, release_id, page, lists)"
        " values ($1, gen_random_uuid(), $2, 'se', 'sv', $3, '{}', '[]')",
        tenant_id, moment, release_id,
    )  # fmt: skip
    await stores.db.pool.execute(
        "update release set created_at = least(created_at, $1::timestamptz - interval '1 hour') where release_id = $2",
        moment,
        release_id,
    )
