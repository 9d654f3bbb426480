"""The night shift, from the database to an answering release; and all the ways it may go wrong."""

import asyncio
import os
import signal
import subprocess
import sys
from itertools import islice

import psutil
import pytest

from gateway.domain.page import PageContext
from gateway.domain.placement import StrategyName
from gateway.errors import BadInput, Conflict
from gateway.index.canary import send_canary
from gateway.index.manifest import BadRelease, read
from gateway.services.administering.restore import roll_back
from gateway.settings import Settings
from gateway.store.audit import Change
from gateway.strategies.repertoire import load_repertoire
from gateway.strategies.strategy import Moment
from gateway.trainer import train
from gateway.wiring import releases_folder
from tests import shop, withheld_visits
from tests.nights import BUSY


@pytest.fixture
def settings(tmp_path):
    return Settings(data_dir=tmp_path, keep_releases=2)


@pytest.fixture
def home(settings):
    return releases_folder(settings) / BUSY


async def _back(stores, settings, release_id):
    return await roll_back(stores.releases, releases_folder(settings), Change(BUSY, "a test"), release_id)


@pytest.fixture
async def busy(stores, tenant):
    """The shop with its products and its past."""
    await shop.stock(stores, tenant.tenant_id)
    await stores.events.add(shop.visits(tenant.tenant_id))
    return tenant.tenant_id


async def test_a_release_is_trained_published_and_answers(stores, busy, settings, home):
    steps = []
    outcome = await train(stores, settings, busy, steps.append)
    assert outcome.refused is None
    assert len(steps) > 5
    assert await stores.releases.serving(busy) == outcome.release_id
    assert [path.name for path in home.iterdir()] == [outcome.release_id]
    repertoire = load_repertoire(home / outcome.release_id)
    found = repertoire.find(StrategyName.SIMILAR, Moment("se", PageContext(product_ids=(shop.product("chairs", 3),))), 5)
    assert {c.product_id.partition("-")[0] for c in found} == {"chairs"}


async def test_a_release_says_what_it_was_made_from(stores, busy, settings):
    outcome = await train(stores, settings, busy)
    (row,) = await stores.releases.newest(busy)
    assert row.serving
    assert (row.products, row.coverage, row.refused) == (len(shop.told()), 1, None)
    assert row.recall >= 0.95
    assert row.events == outcome.manifest.events > 0
    assert row.seconds == outcome.manifest.seconds > 0
    assert outcome.manifest.newest_event == shop.NEWEST.isoformat()


async def test_training_again_makes_the_same_bytes(stores, rested, settings, home):
    again = await train(stores, settings, BUSY)
    assert again.manifest.files == read(home / rested.release_id).files


async def test_a_shop_without_a_past_is_trained_on_what_its_products_say(stores, tenant, settings):
    await shop.stock(stores, tenant.tenant_id)
    outcome = await train(stores, settings, tenant.tenant_id)
    assert outcome.refused is None
    assert (outcome.manifest.events, outcome.manifest.coverage) == (0, 1.0)


async def test_a_shop_without_products_is_told_so(stores, tenant, settings, home):
    with pytest.raises(BadInput, match="no product to recommend"):
        await train(stores, settings, tenant.tenant_id)
    assert list(home.iterdir()) == []


async def test_two_trainers_do_not_work_at_once(stores, busy, settings):
    outcomes = await asyncio.gather(*(train(stores, settings, busy) for _ in range(2)), return_exceptions=True)
    assert sorted(type(o).__name__ for o in outcomes) == ["Conflict", "Outcome"]
    assert any(isinstance(o, Conflict) and "another trainer" in str(o) for o in outcomes)


async def test_a_training_that_fails_is_refused_with_its_reason_and_the_one_before_goes_on(stores, rested, settings, home):
    starved = Settings(data_dir=settings.data_dir, training_memory_mb=1)
    bad = await train(stores, starved, BUSY)
    assert "training failed: OutOfMemory" in bad.refused
    assert await stores.releases.serving(BUSY) == rested.release_id
    assert {row.release_id: row.refused for row in await stores.releases.newest(BUSY)} == {
        rested.release_id: None,
        bad.release_id: bad.refused,
    }
    assert [path.name for path in home.iterdir()] == [rested.release_id]


async def test_a_release_in_which_most_products_lead_nowhere_any_more_is_refused(stores, rested, settings):
    wordless = [(f"x{n:03}", f"x{n:03}", None, "", False) for n in range(200)]
    await shop.stock(stores, BUSY, wordless)
    worse = await train(stores, settings, BUSY)
    assert "of the products lead to another" in worse.refused
    assert await stores.releases.serving(BUSY) == rested.release_id
    forced = await train(stores, settings, BUSY, force=True)
    assert await stores.releases.serving(BUSY) == forced.release_id


async def test_a_release_that_guesses_worse_than_the_serving_one_is_refused_unless_forced(stores, tenant, settings):
    shelf = [(product.product_id, product.product_id, None, "all", False) for product in withheld_visits.PRODUCTS]
    await shop.stock(stores, tenant.tenant_id, shelf)
    asked = list(withheld_visits.visits(islice(withheld_visits.sessions(withheld=True), 250)))
    taught = islice(withheld_visits.sessions(withheld=False), 1000)
    await stores.events.add([*asked, *withheld_visits.visits(taught, seed=2)])
    good = await train(stores, settings, tenant.tenant_id)
    assert good.refused is None
    await stores.db.pool.execute("delete from event where session_id <> all($1)", [e.visitor.session_id for e in asked])
    scrambled = islice(withheld_visits.sessions(withheld=False), 1000, 2000)
    await stores.events.add(list(withheld_visits.visits(scrambled, scrambled=True, seed=3)))
    bad = await train(stores, settings, tenant.tenant_id)
    assert "of 250 withheld visits" in bad.refused
    assert await stores.releases.serving(tenant.tenant_id) == good.release_id
    forced = await train(stores, settings, tenant.tenant_id, force=True)
    assert await stores.releases.serving(tenant.tenant_id) == forced.release_id


async def test_the_newest_releases_are_kept_and_an_earlier_one_can_serve_again(stores, rested, settings, home):
    made = [(await train(stores, settings, BUSY)).release_id for _ in range(2)]
    assert sorted(path.name for path in home.iterdir()) == sorted(made)
    await _back(stores, settings, made[0])
    assert await stores.releases.serving(BUSY) == made[0]
    with pytest.raises(BadRelease, match="holds no release"):
        await _back(stores, settings, rested.release_id)


async def test_the_serving_release_is_kept_however_old_it_is(stores, rested, settings, home):
    await train(stores, settings, BUSY)
    await _back(stores, settings, rested.release_id)
    once = Settings(data_dir=settings.data_dir, keep_releases=1)
    newest = (await train(stores, once, BUSY)).release_id
    assert [path.name for path in home.iterdir()] == [newest]


async def test_a_release_damaged_on_the_disk_does_not_serve_again(stores, rested, settings, home):
    second = (await train(stores, settings, BUSY)).release_id
    path = home / rested.release_id / "also_viewed.i32"
    path.write_bytes(path.read_bytes()[:-4])
    with pytest.raises(BadRelease, match=r"also_viewed\.i32"):
        await _back(stores, settings, rested.release_id)
    assert await stores.releases.serving(BUSY) == second


@pytest.mark.parametrize("moment", ["work", "release/also_viewed.i32"])
async def test_a_trainer_killed_at_work_leaves_nothing_half_and_the_next_one_cleans_up(
    stores, database_url, busy, settings, home, moment
):
    environment = {**os.environ, "ENDCAP_DATABASE_URL": database_url, "ENDCAP_DATA_DIR": str(settings.data_dir)}
    command = (sys.executable, "-m", "gateway", "train", "--tenant", busy)
    trainer = await asyncio.create_subprocess_exec(*command, env=environment, start_new_session=True)
    while not list(home.glob(f"*.unfinished/{moment}")):
        assert trainer.returncode is None, "the trainer was done before it could be killed"
        await asyncio.sleep(0.002)
    below = psutil.Process(trainer.pid).children(recursive=True)
    trainer.send_signal(signal.SIGKILL)
    await trainer.wait()
    assert await stores.releases.serving(busy) is None
    gone, alive = await asyncio.to_thread(psutil.wait_procs, below, 10)
    assert (len(gone), alive) == (len(below), [])
    outcome = await until_alone(stores, settings, busy)
    assert outcome.refused is None
    assert [path.name for path in home.iterdir()] == [outcome.release_id]
    send_canary(home / outcome.release_id)


async def until_alone(stores, settings, tenant_id):
    """PostgreSQL takes a moment to see that a killed trainer's connection, and with it the lock, is gone."""
    for _ in range(100):
        try:
            return await train(stores, settings, tenant_id)
        except Conflict:
            await asyncio.sleep(0.05)
    raise AssertionError("the lock of a killed trainer was never given back")


async def test_a_cancelled_training_ends_its_process(stores, busy, settings, home):
    me = psutil.Process()
    task = asyncio.create_task(train(stores, settings, busy))
    while not list(home.glob("*.unfinished/release")):  # noqa: ASYNC110  (another process makes it)
        await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not [child for child in me.children() if "rehearsal" in " ".join(child.cmdline())]
    assert list(home.iterdir()) == []


def test_a_release_tells_the_memory_that_its_making_took_and_not_that_of_whoever_had_it_made():
    mine = bytearray(600 << 20)
    mine[::4096] = b"x" * len(mine[::4096])
    say = "from gateway.strategies.rehearsal import peak_megabytes; print(peak_megabytes())"
    told = subprocess.run([sys.executable, "-c", say], capture_output=True, check=True, text=True)
    assert 20 < int(told.stdout) < 500
    del mine
