"""GraphiQL runs a subscription with the key of its headers pane, shows what comes, and stops when it is told to."""

import asyncio
import hashlib
import json
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By

from gateway.domain.tenant import Scope
from gateway.settings import Settings
from gateway.store.keys import NewKey
from gateway.wiring import open_stores
from tests.browser.conftest import ACME, Site
from tests.browser.driving import open_browser, until

SECRET = "secret-of-a-server"
QUERY = "subscription Tail { events { id productId } }"


async def add_key(site: Site, folder: Path) -> None:
    async with open_stores(Settings(database_url=site.database_url, data_dir=folder)) as stores:
        told = NewKey("tail", hashlib.sha256(SECRET.encode()).digest(), frozenset({Scope.SERVER}))
        await stores.keys.add(ACME, told)


def ask(site: Site, query: str) -> dict[str, object]:
    body = json.dumps({"query": query}).encode()
    headers = {"content-type": "application/json", "authorization": f"Bearer {SECRET}"}
    with urlopen(Request(f"{site.gateway}/graphql", body, headers), timeout=10) as answer:
        return json.load(answer)


def view(site: Site, name: str) -> None:
    said = ask(
        site,
        f'mutation {{ recordEvents(events: [{{type: "view", id: "{name}", sessionId: "s", productId: "boot"}}]) {{ accepted }} }}',
    )
    assert said == {"data": {"recordEvents": {"accepted": 1}}}


def shown(browser: Chrome) -> str:
    return browser.execute_script("return document.querySelector('.result-window .CodeMirror').CodeMirror.getValue()")


def test_events_are_shown_as_they_come_in(site: Site, tmp_path: Path) -> None:
    asyncio.run(add_key(site, tmp_path))
    until(lambda: "errors" not in ask(site, "{ markets { id } }"))
    with open_browser(tmp_path / "profile") as browser:
        browser.get(f"{site.gateway}/graphql?{urlencode({'query': QUERY})}")
        until(lambda: browser.find_elements(By.CSS_SELECTOR, ".graphiql-execute-button"))
        headers = until(
            lambda: [
                each for each in browser.find_elements(By.CSS_SELECTOR, ".graphiql-editor-tools button") if each.text == "Headers"
            ]
        )
        headers[0].click()
        browser.execute_script(
            "document.querySelectorAll('.graphiql-editor-tool .CodeMirror').forEach((each) => {"
            "  if (each.offsetParent) each.CodeMirror.setValue(arguments[0]) })",
            json.dumps({"authorization": f"Bearer {SECRET}"}),
        )
        button = browser.find_element(By.CSS_SELECTOR, ".graphiql-execute-button")
        button.click()
        until(lambda: "Stop" in button.get_attribute("aria-label"))
        seen = iter(range(100))
        until(lambda: view(site, f"seen-{next(seen)}") or "seen-" in shown(browser))
        view(site, "the-last")
        until(lambda: "the-last" in shown(browser))
        button.click()
        until(lambda: "Execute" in button.get_attribute("aria-label"))
        view(site, "unseen")
        assert "the-last" in shown(browser)
        browser.get_screenshot_as_file(str(tmp_path / "graphiql.png"))
