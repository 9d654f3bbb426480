"""Somebody follows a link to a variant, and looks at it page after page until they have seen enough."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from gateway.domain.tenant import Tenant
from gateway.services.experimenting.viewing import GOOD_FOR, Viewing, viewing_token
from tests.browser.acting import complaints, init
from tests.browser.conftest import ACME
from tests.browser.driving import until
from tests.faces.trying import put_experiment

ASK = """
const done = arguments[arguments.length - 1];
endcap.placements("home_page.top").then((page) => done(page && page.placements[0].variants.map(({ key, source }) => `${key} ${source}`)));
"""


@pytest.fixture
def token(site) -> Iterator[str]:
    """A pass for the second of two variants of an experiment that takes in nobody."""
    asyncio.run(put_experiment(site.database_url, "hero", [{"key": "a"}, {"key": "b"}], coverage=0.0))
    [row] = site.rows("select cursor_secret from tenant where tenant_id = $1", ACME)
    acme = Tenant(ACME, "Acme", cursor_secret=row["cursor_secret"])
    yield viewing_token(acme, Viewing("hero", "b", datetime.now(UTC) + GOOD_FOR))
    site.rows("delete from experiment where key = 'hero'")


def test_a_link_shows_the_variant_on_every_page_of_the_tab_until_it_is_ended(site, visit, token):
    browser = visit()

    def seen(path: str):
        browser.get(site.address(path))
        init(browser)
        return browser.execute_async_script(ASK)

    assert seen("/") == []
    until(lambda: seen(f"/?endcap_preview={token}&page=2") == ["b FORCED"])  # from when on the server knows of the experiment
    assert seen("/?sort=price") == ["b FORCED"]
    assert seen("/?hero=0") == ["a FORCED"]
    assert seen("/") == ["b FORCED"]
    assert seen(f"/?{'x' * 300}=1") == ["b FORCED"]
    assert seen(f"/?endcap_preview={token}&hero=0") == ["a FORCED"]
    assert seen("/checkout/thanks") == ["a FORCED"]
    assert seen("/?endcap_preview=") == []
    assert seen("/") == []
    assert seen("/?endcap_preview=nonsense&hero=1") == []
    assert complaints(browser) == []
