"""The storefront in a real browser, over a real `endcap demo`."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import Select

from gateway.demo.seed import DEMO, NAME, placements
from gateway.domain.tenant import Tenant, TenantId
from gateway.services.experimenting.viewing import GOOD_FOR, Viewing, viewing_token
from gateway.settings import Settings
from gateway.store.migrate import migrate
from gateway.wiring import open_stores
from tests.browser.driving import CHROMIUM_IS_HERE, answers, free_port, open_browser, until
from tests.conftest import PATIENCE, with_database
from tests.demo.copying import allowed, page_to_copy, serving_folder, told_of
from tests.demo.visiting import Visitor
from tests.faces.trying import put_experiment

STARTING = 90

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(240),
    pytest.mark.skipif(not CHROMIUM_IS_HERE, reason="chromium and chromedriver are not installed"),
]


@contextmanager
def running_demo(database_url: str, folder: Path) -> Iterator[str]:
    port = free_port()
    settings = {"ENDCAP_DATABASE_URL": database_url, "ENDCAP_DATA_DIR": str(folder), "ENDCAP_PORT": str(port)}
    command = [sys.executable, "-m", "gateway", "demo", "--products", "840", "--events", "6000"]
    with (folder / "demo.log").open("wb") as log:
        process = subprocess.Popen(command, env={**os.environ, **settings}, stdout=log, stderr=subprocess.STDOUT)
    try:
        address = f"http://127.0.0.1:{port}"
        until(lambda: process.poll() is not None or answers(f"{address}/shop"), STARTING)
        assert process.poll() is None, (folder / "demo.log").read_text()
        yield address
    finally:
        process.terminate()
        process.wait(30)


@pytest.fixture(scope="module")
def demo(server_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """One demo for all visits: its address, and its database. Both are gone at the end."""
    name = f"endcap_demo_{uuid4().hex[:8]}"
    asyncio.run(on_server(server_url, f"create database {name}"))
    url, folder = with_database(server_url, name), tmp_path_factory.mktemp("demo")
    asyncio.run(begin_patiently(url, folder))
    with running_demo(url, folder) as address:
        yield address, url
    asyncio.run(on_server(server_url, f"drop database {name} with (force)"))


async def begin_patiently(url: str, folder: Path) -> None:
    """The shop as an earlier start left it, that was interrupted early; on a busy machine no page is empty."""
    await migrate(url)
    async with open_stores(Settings(database_url=url, data_dir=folder)) as stores:
        patient = [replace(each, deadline_ms=PATIENCE) for each in placements()]
        await stores.tenants.create(DEMO, NAME, placements=patient)


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    """One Chromium for all visits: to start it costs more than a visit."""
    with open_browser(tmp_path_factory.mktemp("profile")) as browser:
        yield browser


@pytest.fixture
def visitor(browser: Chrome, demo: tuple[str, str]) -> Iterator[Visitor]:
    """Somebody who was never here: no cookie and nothing kept of the visit before."""
    address, _ = demo
    yield Visitor(browser, address)
    browser.get("about:blank")  # nothing of this visit is told any more
    browser.execute_cdp_cmd("Storage.clearDataForOrigin", {"origin": address, "storageTypes": "all"})
    browser.execute_cdp_cmd("Network.clearBrowserCookies", {})
    browser.get_log("browser")


async def on_server(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


async def test_a_visit_from_the_front_page_to_the_order(demo, visitor, browser):
    _, database_url = demo
    visitor.go("/shop")
    home = visitor.shown("home_page.top")
    assert len(home) == len(set(home)) > 4
    visitor.look_at('[data-placement="home_page.top"]')

    visitor.click('[data-placement="home_page.top"] .card-title a')
    until(lambda: visitor.path() == f"/shop/product/{home[0]}")
    visitor.wait()
    assert len(visitor.shown("item_page.together")) > 2
    assert home[0] not in visitor.shown("item_page.together") + visitor.shown("item_page.similar")
    visitor.click("#add")
    beside = until(lambda: visitor.shown("add_to_cart_page.together"))
    assert home[0] not in beside

    visitor.go("/shop/cart")
    before = visitor.shown("cart_page.together")
    assert before
    assert home[0] not in before
    visitor.click('[data-placement="cart_page.together"] .quick')
    after = until(lambda: (now := visitor.shown("cart_page.together")) != before and now)
    assert before[0] not in after
    assert len(browser.find_elements(By.CSS_SELECTOR, ".cart-line")) == 2

    visitor.click("#order")
    until(lambda: visitor.path() == "/shop/thanks")
    visitor.wait()
    assert not {home[0], before[0]} & set(visitor.shown("purchase_complete_page.next"))
    until(visitor.told_everything)
    assert visitor.complaints() == []
    session = browser.get_cookie("endcap_session")["value"]
    await check_what_was_told(database_url, session, clicked=home[0], added=before[0])


async def check_what_was_told(database_url: str, session: str, *, clicked: str, added: str) -> None:
    connection = await asyncpg.connect(database_url)
    try:
        rows = await connection.fetch("select * from event where session_id = $1 order by happened_at", session)
        views = {
            row["view_id"] for row in await connection.fetch("select view_id from served_view where session_id = $1", session)
        }
    finally:
        await connection.close()
    told = {}
    for row in rows:
        told.setdefault(row["type"], []).append(row)
    assert {row["market_id"] for row in rows} == {"se"}
    assert {row["scope"] for row in rows} == {"STOREFRONT"}
    assert len(told["impression"]) > 3
    assert all(row["recommendation_id"] and row["placement_id"] for row in told["impression"] + told["click"])
    assert [row["product_id"] for row in told["click"]] == [clicked]
    assert {row["recommendation_id"] for row in told["view"]} == {told["click"][0]["recommendation_id"]}
    assert [row["product_id"] for row in told["add_to_cart"]] == [clicked, added]
    assert all(row["recommendation_id"] for row in told["add_to_cart"])
    assert {row["product_id"] for row in told["purchase"]} == {clicked, added}
    assert len({row["order_id"] for row in told["purchase"]}) == 1
    assert len(views) >= 5


async def test_the_shop_speaks_the_markets_language_and_searches(visitor, browser):
    visitor.go("/shop/category/camp")
    assert "kr" in visitor.text(".card-price")
    Select(browser.find_element(By.CSS_SELECTOR, ".visit")).select_by_value("de-DE")
    until(lambda: browser.execute_script("return document.documentElement.lang == 'de-DE' && document.body.dataset.ready"))
    assert "€" in visitor.text(".card-price")
    assert visitor.text(".rail-head h2") == "Hier beliebt"

    visitor.go("/shop/search?q=" + "%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E")
    assert "<img src=x onerror=alert(1)>" in visitor.text("h1")
    visitor.go("/shop/product/no-such-thing")
    assert visitor.shown("error_page.top")
    visitor.click(".drawer-button")
    assert "query Product" in visitor.text(".drawer")
    assert visitor.complaints() == []


def test_the_page_that_the_documentation_gives_to_copy_tells_what_happens_on_it(demo, browser, tmp_path):
    address, url = demo
    with serving_folder(tmp_path) as page:
        made = (sys.executable, "-m", "gateway", "key", "create", "--tenant", "demo", "--scope", "STOREFRONT", "--origin", page)
        key = subprocess.run(made, env={**os.environ, "ENDCAP_DATABASE_URL": url}, capture_output=True, text=True, check=True)
        (tmp_path / "page.html").write_text(page_to_copy(address, key.stdout.strip()))
        until(lambda: allowed(address, page))
        browser.get(f"{page}/page.html")
        blocks = ("item_page.similar", "item_page.together")
        cards = "[data-placement='{}']:not([hidden]) [data-recommendation-id]"
        until(lambda: all(browser.find_elements(By.CSS_SELECTOR, cards.format(name)) for name in blocks))
        session = browser.execute_script("return endcap.visitor().sessionId")
        time.sleep(1.5)  # a recommendation is seen after a second
        browser.find_element(By.CSS_SELECTOR, cards.format("item_page.similar") + " a").click()
        until(lambda: "recommendation_id=" in browser.current_url)
        bought = browser.find_element(By.ID, "title").text
        browser.find_element(By.ID, "add").click()
        browser.find_element(By.ID, "buy").click()
        told = until(lambda: told_of(url, session))
        complaints = [entry for entry in browser.get_log("browser") if "favicon" not in entry["message"]]
    recommended = {row["recommendation_id"] for row in told if row["type"] == "click"}
    assert len(recommended) == 1
    assert recommended <= {row["recommendation_id"] for row in told if row["type"] == "impression"}
    assert [row["product_id"] for row in told if row["type"] in {"add_to_cart", "purchase"}] == [bought, bought]
    views = [(row["product_id"], row["recommendation_id"]) for row in told if row["type"] == "view"]
    assert views == [("tents-001-ochre", None), (bought, *recommended)]
    assert complaints == []


async def test_a_link_to_a_variant_shows_it_page_after_page_and_says_so(demo, visitor, browser):
    _, url = demo
    said = {"placements": ["category_page.top", "item_page.similar"], "tenant_id": "demo", "coverage": 0.0}
    second = {"key": "b", "parameters": {"message": "Nobody else sees this"}}
    await put_experiment(url, "looked.at", [{"key": "a"}, second], **said)
    [secret] = await rows_of(url, "select cursor_secret from tenant where tenant_id = 'demo'")
    tenant = Tenant(TenantId("demo"), "Demo", cursor_secret=secret["cursor_secret"])
    token = viewing_token(tenant, Viewing("looked.at", "b", datetime.now(UTC) + GOOD_FOR))

    def seen(path: str) -> bool:
        visitor.go(path)
        return any(head.text == "Nobody else sees this" for head in browser.find_elements(By.CSS_SELECTOR, ".rail-head h2"))

    def note() -> str:
        return visitor.text(".looking span")

    assert not seen("/shop/category/camp")
    assert not browser.find_elements(By.CSS_SELECTOR, ".looking")
    until(lambda: seen(f"/shop/category/camp?endcap_preview={token}"))  # from when on the server knows of the experiment
    assert note() == "You look at a variant, looked.at: b"
    assert seen("/shop/product/tents-001-ochre")
    assert not seen("/shop")
    assert note() == "You look at a variant; nothing on this page is part of it."
    assert not seen(f"/shop/category/camp?looked.at=0&{'x' * 300}=1")
    assert note() == "You look at a variant, looked.at: a"
    visitor.go("/shop/search?q=tent")
    visitor.click(".looking a")
    until(lambda: "endcap_preview=" in browser.current_url)
    visitor.wait()
    assert not browser.find_elements(By.CSS_SELECTOR, ".looking")
    assert not seen("/shop/category/camp")
    visitor.go("/shop/category/camp?endcap_preview=nonsense")
    assert "is none of this shop's" in note()
    assert browser.find_elements(By.CSS_SELECTOR, ".rail")
    visitor.go("/shop?endcap_preview=")
    assert visitor.complaints() == []
    assert None not in {row["apart"] for row in await rows_of(url, LOOKED_AT)}  # forced, or a bot as this browser is


LOOKED_AT = "select apart from exposure join experiment using (experiment_id) where key = 'looked.at'"


async def rows_of(url: str, query: str) -> list[asyncpg.Record]:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetch(query)
    finally:
        await connection.close()


NO_RECOMMENDATIONS = """
const asked = window.fetch;
window.fetch = (address, options) =>
  /"recommend":true|placements\\(/.test(options.body) && !options.body.includes('"recommend":false')
    ? Promise.resolve(Response.json({ data: null, errors: [{ message: "no" }] }))
    : asked(address, options);
"""


@pytest.fixture
def broken(browser: Chrome) -> Iterator[None]:
    """Recommendations fail while it lasts."""
    made = browser.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": NO_RECOMMENDATIONS})
    yield
    browser.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", made)


@pytest.mark.usefixtures("broken")
async def test_recommendations_that_fail_leave_the_shop_standing(visitor, browser):
    visitor.go("/shop/product/tents-001-ochre")
    assert visitor.text("h1") == "Klöver dome tent, ochre"
    assert not browser.find_elements(By.CSS_SELECTOR, ".rail")
    visitor.click("#add")
    assert browser.find_element(By.CSS_SELECTOR, "dialog.sheet .button")
    visitor.go("/shop/cart")
    assert len(browser.find_elements(By.CSS_SELECTOR, ".cart-line")) == 1
    visitor.go("/shop")
    assert visitor.text("h1") == "Things worth keeping"
    assert visitor.complaints() == []
