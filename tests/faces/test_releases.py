"""Releases over GraphQL: which there are, how good, and an earlier one in force again."""

import hashlib

import pytest

from gateway.settings import Settings
from gateway.store.keys import NewKey
from gateway.trainer import train
from tests.faces.serving import KEYS, serving
from tests.nights import BUSY

RELEASES = "{ releases { id createdAt serving products events recallAt20 coverage seconds refused } }"
ROLLBACK = "mutation Back($id: ID!) { rollbackRelease(id: $id) { id serving } }"
AUDIT = "{ auditLog(first: 1) { edges { node { actor action object before after } } } }"


@pytest.fixture
async def nights(stores, rested, tmp_path):
    """The releases of two nights, the older first; the newer serves."""
    for name, scope in KEYS.items():
        await stores.keys.add(BUSY, NewKey(name, hashlib.sha256(f"secret-{name}".encode()).digest(), frozenset({scope})))
    return [rested.release_id, (await train(stores, Settings(data_dir=tmp_path), BUSY)).release_id]


async def test_an_earlier_release_answers_again_is_told_as_serving_and_stands_in_the_audit_log(nights, database_url, tmp_path):
    older, newer = nights
    async with serving(database_url, tmp_path) as client:
        told = (await client.data(RELEASES, "admin"))["releases"]
        assert [(each["id"], each["serving"]) for each in told] == [(newer, True), (older, False)]
        assert all(each["products"] and each["events"] and each["coverage"] == 1 and each["recallAt20"] >= 0.95 for each in told)
        assert (await client.data(ROLLBACK, "admin", id=older))["rollbackRelease"] == {"id": older, "serving": True}
        assert (await client.http.get("/health/ready")).json()["release"] == "ok"
        assert [each["serving"] for each in (await client.data(RELEASES, "admin"))["releases"]] == [False, True]
        await client.data(ROLLBACK, "admin", id=older)  # it serves already: no change
        (entry,) = (await client.data(AUDIT, "admin"))["auditLog"]["edges"]
    assert entry["node"] == {
        "actor": "admin", "action": "release.rollback", "object": older, "before": {"serving": newer}, "after": {"serving": older},
    }  # fmt: skip


async def test_what_never_served_or_lies_damaged_does_not_serve_and_tells_no_path(nights, database_url, tmp_path, stores):
    older, newer = nights
    await stores.releases.refuse(BUSY, "20260101T000000-bad000", {}, "it guesses worse")
    (tmp_path / "releases" / BUSY / older / "also_viewed.i32").write_bytes(b"")
    async with serving(database_url, tmp_path) as client:
        said = [
            (await client.ask(ROLLBACK, "admin", id=name))["errors"][0]
            for name in (older, "20260101T000000-bad000", "../acme/" + newer, "")
        ]
        assert [each["extensions"]["field"] for each in said] == ["id"] * 4
        assert "damaged" in said[0]["message"]
        assert "it guesses worse" in said[1]["message"]
        assert all(str(tmp_path) not in each["message"] for each in said)
        assert await stores.releases.serving(BUSY) == newer


async def test_releases_are_not_for_a_storefront(nights, database_url, tmp_path):
    async with serving(database_url, tmp_path) as client:
        for query, variables in ((RELEASES, {}), (ROLLBACK, {"id": nights[0]})):
            said = (await client.ask(query, "storefront", **variables))["errors"][0]
            assert said["extensions"]["code"] == "FORBIDDEN"
        assert (await client.ask("{ releases(first: 0) { id } }", "admin"))["errors"][0]["extensions"]["field"] == "first"
