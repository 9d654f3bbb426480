"""The ways to load the script: an element, early calls, a module."""

import json
import time

from tests.browser.acting import complaints, ids
from tests.browser.conftest import KEY
from tests.browser.driving import until


def test_a_script_element_says_it_all_and_early_calls_are_heard(site, visit):
    attributes = f'data-key="{KEY}" data-market="de" data-locale="de-DE" data-channel="kiosk"'
    script = f'<script src="/early.js"></script><script async {attributes} src="{site.gateway}/endcap.js"></script>'
    site.pages["/early.js"] = ("text/javascript", "window.endcap = [['track', 'view', { productId: 'boot' }], ['pageView']];")
    site.pages["/early"] = ("text/html", f"<!doctype html><html><head>{script}</head><body></body></html>")
    browser = visit("/early?secret=1")
    until(lambda: len(site.events()) == 2)
    [view] = site.events(type="view")
    [page] = site.events(type="page_view")
    assert (view["market_id"], view["channel"]) == ("de", "kiosk")
    assert json.loads(page["properties"]) == {"path": "/early"}
    assert complaints(browser) == []


def test_before_init_and_where_consent_is_awaited_by_the_element_nothing_is_kept(site, visit):
    script = f'<script data-key="{KEY}" data-market="se" data-consent="false" src="{site.gateway}/endcap.js"></script>'
    site.pages["/awaiting"] = ("text/html", f"<!doctype html><html><head>{script}</head><body></body></html>")
    browser = visit()
    browser.execute_script("endcap.track('view', {productId: 'boot'}); endcap.visitor()")
    browser.get(site.address("/awaiting"))
    browser.execute_script("endcap.track('view', {productId: 'boot'}); endcap.visitor()")
    time.sleep(1)
    assert ids(browser) == ({}, [])
    assert site.events() == []


def test_it_is_a_module_too(site, visit):
    site.pages["/main.js"] = (
        "text/javascript",
        f"import endcap from '{site.gateway}/endcap.mjs'; endcap.init({{ key: '{KEY}', market: 'se' }}); endcap.track('view', {{ productId: 'boot' }});",
    )
    site.pages["/module"] = (
        "text/html",
        '<!doctype html><html><head><script type="module" src="/main.js"></script></head><body></body></html>',
    )
    browser = visit("/module")
    until(lambda: len(site.events(type="view")) == 1)
    assert complaints(browser) == []
