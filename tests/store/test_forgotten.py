"""The night after someone was forgotten learns nothing of them: neither the sums of days nor the new release say what they searched for."""

from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from gateway.domain.event import Event
from gateway.domain.identity import Identity, IdentityKind
from gateway.domain.visitor import SessionId, UserId, Visitor
from gateway.settings import Settings
from gateway.store.privacy import PrivacyStore, Wish
from gateway.trainer import train
from gateway.wiring import releases_folder, sums_folder
from tests import shop

TERM = "zyxwvut gift"
ANNA = Identity(IdentityKind.USER, "anna-the-only")


def says(folder: Path, needle: str) -> set[str]:
    """The files below a folder that hold a text, tables of every kind read column by column."""
    found = set()
    for path in folder.rglob("*"):
        if path.suffix == ".parquet":
            rows = duckdb.sql(f"from read_parquet('{path}')").fetchall()
            found |= {str(path)} if any(needle in str(row) for row in rows) else set()
        elif path.is_file() and needle.encode() in path.read_bytes():
            found.add(str(path))
    return found


@pytest.fixture
async def past(stores, tenant):
    await shop.stock(stores, tenant.tenant_id)
    await stores.events.add(shop.visits(tenant.tenant_id, 60))
    start = shop.NEWEST - timedelta(hours=5)
    for n in range(4):
        who = Visitor(SessionId(f"anna-session-{n}"), UserId(ANNA.value))
        at = start - timedelta(hours=n)
        steps = [
            ("search", None, TERM),
            ("view", "chairs-03", None),
            ("view", "chairs-04", None),
            ("add_to_cart", "chairs-03", None),
        ]
        await stores.events.add([
            Event(tenant.tenant_id, f"a{n}-{k}", kind, at + timedelta(minutes=k), who, "SERVER", product_id, search_term=term)
            for k, (kind, product_id, term) in enumerate(steps)
        ])  # fmt: skip
    return tenant.tenant_id


async def test_the_night_after_learns_nothing_of_who_was_forgotten(stores, past, tmp_path):
    settings = Settings(data_dir=tmp_path)
    before = await train(stores, settings, past)
    assert says(sums_folder(settings) / past, TERM)
    assert not says(sums_folder(settings) / past, "anna-")
    await PrivacyStore(stores.db).forget(past, Wish(ANNA, whole=True, blocked=False, actor="test"))
    after = await train(stores, settings, past)
    assert (before.refused, after.refused) == (None, None)
    assert not says(sums_folder(settings) / past, TERM)
    assert not says(releases_folder(settings) / past / after.release_id, TERM)
