"""A shop on hosts of its own, a gateway on another, and a Chromium that visits the shop."""

import asyncio
import hashlib
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import asyncpg
import pytest
from selenium.webdriver import Chrome

from gateway.domain.catalog import MarketId
from gateway.domain.placement import DEFAULTS
from gateway.domain.tenant import Market, Scope, TenantId
from gateway.settings import Settings
from gateway.store.keys import NewKey
from gateway.wiring import open_stores
from tests.browser.driving import CHROMIUM_IS_HERE, answers, free_port, open_browser, until
from tests.conftest import PATIENCE, with_database
from tests.faces.serving import fill_catalog

ACME = TenantId("acme")
KEY = "secret-storefront"
HOSTS = ("www.shop.test", "checkout.shop.test")
SECRET = "an identity secret of thirty-two characters"
POLICY = "default-src 'none'; script-src 'self' {gateway}; connect-src {gateway} {silent}; style-src 'self'; require-trusted-types-for 'script'"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents and "site" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.timeout(120))
            item.add_marker(pytest.mark.skipif(not CHROMIUM_IS_HERE, reason="chromium and chromedriver are not installed"))


@dataclass
class Site:
    """Where everything is. `pages`: what the shop's hosts show, by path; `heard`: what a gateway that never answers was asked."""

    gateway: str
    silent: str
    port: int
    database_url: str
    pages: dict[str, tuple[str, str]] = field(default_factory=dict)

    def address(self, path: str, host: str = HOSTS[0]) -> str:
        return f"http://{host}:{self.port}{path}"

    def rows(self, query: str, *arguments: object) -> list[asyncpg.Record]:
        return asyncio.run(rows(self.database_url, query, *arguments))

    def events(self, **wanted: object) -> list[asyncpg.Record]:
        """The events there are, in order; those that say what is wanted."""
        found = self.rows("select * from event order by happened_at, event_id, line")
        return [row for row in found if all(row[name] == value for name, value in wanted.items())]


async def rows(url: str, query: str, *arguments: object) -> list[asyncpg.Record]:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetch(query, *arguments)
    finally:
        await connection.close()


@pytest.fixture(scope="session")
def stage(server_url: str, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The gateway and the shop, once a run."""
    name = f"endcap_browser_{uuid4().hex[:8]}"
    asyncio.run(rows(server_url, f"create database {name} template {template} strategy file_copy"))
    url, folder, port = with_database(server_url, name), tmp_path_factory.mktemp("gateway"), free_port()
    site = Site(f"http://127.0.0.1:{port}", f"http://127.0.0.1:{free_port()}", free_port(), url)
    asyncio.run(open_shop(url, folder, [f"http://{host}:{site.port}" for host in HOSTS]))
    with ExitStack() as stack:
        stack.enter_context(listening(site.port, shop_of(site)))
        stack.enter_context(listening(int(site.silent.rpartition(":")[2]), Silent))
        stack.enter_context(serving(url, folder, port))
        until(lambda: answers(f"{site.gateway}/health/ready"), 60)
        yield site
    asyncio.run(rows(server_url, f"drop database {name} with (force)"))


async def open_shop(url: str, folder: Path, origins: list[str]) -> None:
    async with open_stores(Settings(database_url=url, data_dir=folder)) as stores:
        markets = [Market(MarketId("se"), "SEK", ("sv-SE",)), Market(MarketId("de"), "EUR")]
        await stores.tenants.create(ACME, "Acme", markets, [replace(each, deadline_ms=PATIENCE) for each in DEFAULTS])
        await stores.tenants.change(ACME, {"identity_secret": SECRET})
        secret = hashlib.sha256(KEY.encode()).digest()
        await stores.keys.add(ACME, NewKey("web", secret, frozenset({Scope.STOREFRONT}), tuple(origins)))
    await fill_catalog(url)


class serving:  # noqa: N801  (a context, as its neighbours are)
    """A server process, stopped at the end."""

    def __init__(self, url: str, folder: Path, port: int) -> None:
        settings = {"ENDCAP_DATABASE_URL": url, "ENDCAP_DATA_DIR": str(folder), "ENDCAP_PORT": str(port), "ENDCAP_TRAIN": "off"}
        self._environment = {**os.environ, **settings}

    def __enter__(self) -> None:
        command = [sys.executable, "-m", "gateway", "serve"]
        self._process = subprocess.Popen(command, env=self._environment, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(30)


class listening:  # noqa: N801
    """An HTTP server in a thread."""

    def __init__(self, port: int, handler: type[BaseHTTPRequestHandler]) -> None:
        self._server = ThreadingHTTPServer(("127.0.0.1", port), handler)
        self._server.daemon_threads = True

    def __enter__(self) -> None:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


class Silent(BaseHTTPRequestHandler):
    """Takes every request and answers none."""

    def do_POST(self) -> None:
        threading.Event().wait(30)

    def log_message(self, *_: object) -> None:
        pass


def shop_of(site: Site) -> type[BaseHTTPRequestHandler]:
    """The shop's pages, under a policy that allows no script but the shop's own and the gateway's."""

    class Shop(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            kind, text = site.pages.get(urlsplit(self.path).path, ("text/html", "<!doctype html><title>Not here</title>"))
            self.send_response(200)
            self.send_header("content-type", f"{kind}; charset=utf-8")
            self.send_header("cache-control", "no-store")
            self.send_header("content-security-policy", POLICY.format(gateway=site.gateway, silent=site.silent))
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_: object) -> None:
            pass

    return Shop


@pytest.fixture
def site(stage: Site) -> Site:
    """The stage, with no event on it and the pages that every test starts with."""
    stage.rows("delete from event")
    stage.rows("delete from event_key")
    stage.pages.clear()
    element = f'<script src="{stage.gateway}/endcap.js"></script>'
    stage.pages["/"] = ("text/html", f"<!doctype html><html><head>{element}</head><body></body></html>")
    stage.pages["/checkout/thanks"] = stage.pages["/"]
    return stage


RESOLVER = f"--host-resolver-rules={','.join(f'MAP {host} 127.0.0.1' for host in HOSTS)}"


@pytest.fixture
def visit(site: Site, tmp_path: Path) -> Iterator[Callable[..., Chrome]]:
    """Opens a browser at a page of the shop; the same profile again where it is opened again."""
    with ExitStack() as stack:

        def open_at(path: str = "/", host: str = HOSTS[0], before: str = "", *, secure: bool = False) -> Chrome:
            trusted = [f"--unsafely-treat-insecure-origin-as-secure={site.address('')}"] if secure else []  # as over https
            browser = stack.enter_context(open_browser(tmp_path / "profile", RESOLVER, *trusted))
            script = "window.faults = []; for (const kind of ['error', 'unhandledrejection']) addEventListener(kind, (e) => faults.push(String(e.message ?? e.reason)));"
            browser.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": script + before})
            browser.get(site.address(path, host))
            return browser

        yield open_at
