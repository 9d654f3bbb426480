"""A gateway with a small shop, and a Chromium that looks at its console."""

import asyncio
import hashlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from selenium.webdriver import Chrome

from gateway.domain.catalog import MarketId, ProductId
from gateway.domain.event import Event
from gateway.domain.placement import DEFAULTS
from gateway.domain.tenant import Market, Scope, TenantId
from gateway.domain.visitor import SessionId, Visitor
from gateway.settings import Settings
from gateway.store.keys import NewKey
from gateway.wiring import open_stores
from tests.browser.conftest import rows, serving
from tests.browser.driving import CHROMIUM_IS_HERE, answers, free_port, open_browser, until
from tests.conftest import with_database
from tests.console.driving import Desk
from tests.console.matured import mature
from tests.faces.serving import fill_catalog

ACME = TenantId("acme")
KEYS = {"secret-analyst": {Scope.ANALYST}, "secret-boss": {Scope.ANALYST, Scope.ADMIN}}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents and "console" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.timeout(180))
            item.add_marker(pytest.mark.skipif(not CHROMIUM_IS_HERE, reason="chromium and chromedriver are not installed"))


@pytest.fixture(scope="session")
def console(server_url: str, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The gateway's address, once a run."""
    name = f"endcap_console_{uuid4().hex[:8]}"
    asyncio.run(rows(server_url, f"create database {name} template {template} strategy file_copy"))
    url, folder, port = with_database(server_url, name), tmp_path_factory.mktemp("console"), free_port()
    asyncio.run(open_shop(url, folder))
    address = f"http://127.0.0.1:{port}"
    with serving(url, folder, port):
        until(lambda: answers(f"{address}/health/ready"), 60)
        until(lambda: asyncio.run(rows(url, "select from unit_metric")), 60)
        until(lambda: not asyncio.run(rows(url, "select from unit_due union all select from event_batch")), 60)
        yield address
    asyncio.run(rows(server_url, f"drop database {name} with (force)"))


async def open_shop(url: str, folder: Path) -> None:
    async with open_stores(Settings(database_url=url, data_dir=folder)) as stores:
        await stores.tenants.create(
            ACME, "Acme", [Market(MarketId("se"), "SEK", ("sv-SE",)), Market(MarketId("de"), "EUR")], DEFAULTS
        )
        for secret, scopes in KEYS.items():
            await stores.keys.add(ACME, NewKey(secret, hashlib.sha256(secret.encode()).digest(), frozenset(scopes)))
        await fill_catalog(url)
        await mature(stores.db, ACME)
        now = datetime.now(UTC)
        told = [
            Event(
                ACME,
                f"e{n}",
                kind,
                now - timedelta(minutes=n),
                Visitor(SessionId(f"a-rather-long-session-id-{n}")),
                "SERVER",
                ProductId("boot"),
            )
            for n, kind in enumerate(["view", "add_to_cart", "click", "view"])
        ]
        await stores.events.add(told)  # after the others: by night some of those happened less than a day ago, too


@pytest.fixture
def desk(console: str, tmp_path: Path) -> Iterator[Callable[..., Desk]]:
    """Sits down before the console: with which key, at which width, with scripts or without."""
    with ExitStack() as stack:

        def sit(key: str = "secret-boss", *, phone: bool = False, scripts: bool = True) -> Desk:
            browser: Chrome = stack.enter_context(open_browser(tmp_path / f"profile-{uuid4().hex[:6]}"))
            desk = Desk(browser, console)
            desk.resize(phone=phone)
            if not scripts:
                browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
            desk.enter(key)
            return desk

        yield sit
