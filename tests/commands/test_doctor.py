import asyncio
import socket
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from gateway.commands import machine
from gateway.domain.catalog import ProductId
from gateway.domain.event import Event
from gateway.domain.tenant import TenantId
from gateway.domain.visitor import SessionId, Visitor
from gateway.index import trial
from tests import shop as stocked
from tests.faces.serving import serving


def states(said) -> dict[str, str]:
    return {finding["about"]: finding["state"] for finding in said.json["findings"]}


@pytest.fixture
def bare(monkeypatch, unmigrated_url):
    monkeypatch.setenv("ENDCAP_DATABASE_URL", unmigrated_url)


def test_before_the_first_start_all_is_well_and_nothing_is_made(endcap, tmp_path, monkeypatch):
    monkeypatch.delenv("ENDCAP_DATABASE_URL", raising=False)
    said = endcap("doctor", "--json")
    assert (said.code, said.json["ok"]) == (0, True)
    assert "fail" not in states(said).values()
    assert not (tmp_path / "data").exists()


@pytest.mark.usefixtures("bare")
def test_a_database_of_an_older_shape_is_doubtful(endcap):
    said = endcap("doctor", "--json")
    assert said.code == 0
    assert states(said)["migrations"] == "warn"
    assert "partitions" not in states(said)


@pytest.mark.usefixtures("migrated")
async def test_a_running_shop_without_a_release_is_doubtful_and_one_whose_release_is_lost_fails(endcap, stores, tenant):
    await stores.events.make_room_ahead(datetime.now(UTC))
    said = await asyncio.to_thread(endcap, "doctor", "--json")
    assert (states(said)["partitions"], states(said)["release of acme"]) == ("ok", "warn")
    await stores.releases.publish(TenantId("acme"), "r1", {})
    said = await asyncio.to_thread(endcap, "doctor")
    assert said.code == 1
    assert "holds no release" in said.out
    assert "endcap train --tenant acme" in said.out


@pytest.mark.usefixtures("migrated")
async def test_a_release_that_learnt_from_nothing_is_doubtful_once_there_are_events(endcap, stores, tenant):
    await stocked.stock(stores, tenant.tenant_id)
    said = await asyncio.to_thread(endcap, "train")
    assert "no event names a product of the catalog" in said.out
    assert states(await asyncio.to_thread(endcap, "doctor", "--json"))["release of acme"] == "ok"
    stranger = Event(
        tenant.tenant_id, "e1", "view", datetime.now(UTC), Visitor(SessionId("s")), "SERVER", product_id=ProductId("gone")
    )
    await stores.events.add([stranger])
    told = await asyncio.to_thread(endcap, "doctor", "--json")
    (finding,) = [each for each in told.json["findings"] if each["about"] == "release of acme"]
    assert (finding["state"], "all there are came after it" in finding["told"]) == ("warn", True)
    assert "endcap train" in finding["advice"]
    await asyncio.to_thread(endcap, "train", "--force")
    told = await asyncio.to_thread(endcap, "doctor", "--json")
    (finding,) = [each for each in told.json["findings"] if each["about"] == "release of acme"]
    assert (finding["state"], "none names a product of the catalog" in finding["told"]) == ("warn", True)


def test_a_database_that_cannot_be_reached_fails_and_the_rest_is_looked_at(endcap, monkeypatch):
    monkeypatch.setenv("ENDCAP_DATABASE_URL", "postgresql://me:hunter2@127.0.0.1:1/shop")
    said = endcap("doctor", "--json")
    assert said.code == 1
    assert states(said)["database"] == "fail"
    assert states(said)["Annoy"] == "ok"
    assert "hunter2" not in said.out


def test_a_port_that_is_taken_is_doubtful(endcap, monkeypatch):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        monkeypatch.setenv("ENDCAP_PORT", str(taken.getsockname()[1]))
        assert states(endcap("doctor", "--json"))["port"] == "warn"


def finding(said, about):
    [found] = [each for each in said.json["findings"] if each["about"] == about]
    return found


@contextmanager
def answering(body: bytes, status: int = 200):
    """A program that answers everything so."""

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize(
    "body", [b"", b"hello", b"[]", b'{"status": "ok"}', b'{"status": "ok", "database": 1, "release": [], "queue": {}}']
)
def test_another_program_on_the_port_is_told_from_the_gateway(endcap, monkeypatch, body):
    with answering(body) as port:
        monkeypatch.setenv("ENDCAP_PORT", str(port))
        found = finding(endcap("doctor", "--json"), "port")
    assert (found["state"], "no gateway" in found["advice"]) == ("warn", True)


def test_a_gateway_that_runs_and_is_not_ready_says_what_it_lacks(endcap, monkeypatch):
    said = b'{"status": "unavailable", "database": "unreachable", "release": "ok", "queue": "ok"}'
    with answering(said, 503) as port:
        monkeypatch.setenv("ENDCAP_PORT", str(port))
        found = finding(endcap("doctor", "--json"), "port")
    assert (found["state"], "not ready: database: unreachable" in found["told"]) == ("warn", True)


async def test_the_gateway_that_runs_already_is_said_to_run(endcap, monkeypatch, shop, database_url, tmp_path):
    async with serving(database_url, tmp_path) as client:
        ready = (await client.http.get("/health/ready")).content
    with answering(ready) as port:
        for host in ("127.0.0.1", "0.0.0.0"):
            monkeypatch.setenv("ENDCAP_HOST", host)
            monkeypatch.setenv("ENDCAP_PORT", str(port))
            found = finding(await asyncio.to_thread(endcap, "doctor", "--json"), "port")
            assert (found["state"], found["told"]) == ("ok", f"the gateway runs on {host}:{port}, and is ready")


def test_a_data_folder_that_cannot_be_written_fails(endcap, monkeypatch):
    monkeypatch.setenv("ENDCAP_DATA_DIR", "/proc/endcap")
    said = endcap("doctor", "--json")
    assert (said.code, states(said)["data folder"]) == (1, "fail")


def test_an_annoy_that_dies_of_an_instruction_it_does_not_know_is_found(monkeypatch, tmp_path):
    dying = tmp_path / "python"
    dying.write_text("#!/bin/sh\nkill -ILL $$\n")
    dying.chmod(0o755)
    monkeypatch.setattr(trial.sys, "executable", str(dying))
    assert trial.try_annoy() == "it died of signal 4: it was built for another processor"
    assert machine._annoy().state == "fail"


def test_annoy_works_here():
    assert trial.try_annoy() is None


@pytest.mark.usefixtures("migrated")
async def test_a_shop_that_names_no_hosts_of_its_own_may_have_its_clicks_led_anywhere(endcap, stores, tenant):
    await stocked.stock(stores, tenant.tenant_id)

    async def pages():
        return finding(await asyncio.to_thread(endcap, "doctor", "--json"), "pages of acme")

    await stores.db.pool.execute("update product set page_url = '/p/' || product_id")
    assert (await pages())["state"] == "ok"
    await stores.db.pool.execute("update product set page_url = 'HTTPS://www.Shop.example:443/' || product_id")
    await stores.db.pool.execute("""
        update product_market set page_url = 'https://evil.example/x'
        where product_id = (select min(product_id) from product_market) and market_id = 'se'""")
    found = await pages()
    assert (found["state"], "www.shop.example (" in found["told"], "evil.example (1)" in found["told"]) == ("warn", True, True)
    assert "endcap tenant set page_hosts=www.shop.example,evil.example --tenant acme" in found["advice"]
    said = await asyncio.to_thread(endcap, "tenant", "set", "page_hosts=www.shop.example", "--tenant", "acme")
    assert said.code == 0
    found = await pages()
    assert (found["state"], "addresses on evil.example (1)" in found["told"]) == ("warn", True)
    await stores.db.pool.execute("update product_market set page_url = null")
    assert ((found := await pages())["state"], found["told"]) == ("ok", "clicks lead to www.shop.example and nowhere else")


@pytest.mark.usefixtures("migrated")
async def test_live_events_that_name_no_product_of_the_catalog_are_doubtful_and_a_stray_one_is_not(endcap, stores, tenant):
    await stocked.stock(stores, tenant.tenant_id)
    now = datetime.now(UTC)
    names = [row["product_id"] for row in await stores.db.pool.fetch("select product_id from product limit 1")]

    def views(prefix, *products):
        who = Visitor(SessionId("s"))
        return [
            Event(tenant.tenant_id, f"{prefix}-{n}", "view", now, who, "SERVER", product_id=ProductId(p))
            for n, p in enumerate(products)
        ]

    said = await asyncio.to_thread(endcap, "doctor", "--json")
    assert "events of acme" not in states(said)
    await stores.events.add(views("good", *names * 200, "stray"))
    found = finding(await asyncio.to_thread(endcap, "doctor", "--json"), "events of acme")
    assert (found["state"], "of 201 " in found["told"], "yesterday 1 name" in found["told"]) == ("ok", True, True)
    await stores.events.add(views("bad", *(f"sku-{n}" for n in range(5))))
    found = finding(await asyncio.to_thread(endcap, "doctor", "--json"), "events of acme")
    assert (found["state"], "'sku-0', 'sku-1', 'sku-2'" in found["told"]) == ("warn", True)
    assert "import the catalog" in found["advice"]
