"""What is to be told waits in the browser: through navigation, a spell without network, other tabs, bad events and bad clocks."""

import time
from datetime import UTC, datetime, timedelta

from tests.browser.acting import all_told, faults, init, waiting
from tests.browser.driving import until


def test_the_queue_survives_a_spell_without_network_and_a_navigation(site, visit):
    browser = visit()
    init(browser, url=site.silent)  # a gateway that never answers
    browser.execute_script("for (let n = 0; n < 120; n++) endcap.track('view', {productId: `p${n}`})")
    assert waiting(browser) == 120
    browser.get(site.address("/checkout/thanks"))
    assert waiting(browser) == 120
    browser.execute_cdp_cmd("Network.enable", {})
    browser.execute_cdp_cmd(
        "Network.emulateNetworkConditions", {"offline": True, "latency": 0, "downloadThroughput": 0, "uploadThroughput": 0}
    )
    init(browser)
    browser.execute_script("endcap.track('view', {productId: 'offline'})")
    time.sleep(2)
    assert waiting(browser) == 121
    assert site.events() == []
    browser.execute_cdp_cmd(
        "Network.emulateNetworkConditions", {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
    )
    all_told(browser)
    seen = site.events(type="view")
    assert sorted(row["product_id"] for row in seen) == sorted([*(f"p{n}" for n in range(120)), "offline"])
    assert seen[-1]["product_id"] == "offline"
    assert len({row["session_id"] for row in seen}) == 1
    assert faults(browser) == []


def test_of_too_many_the_oldest_go_first(site, visit):
    browser = visit()
    init(browser, url=site.silent)
    browser.execute_script("for (let n = 0; n < 600; n++) endcap.track('view', {productId: `p${n}`})")
    assert waiting(browser) == 500
    browser.get(site.address("/"))
    init(browser)
    all_told(browser)
    assert {row["product_id"] for row in site.events()} == {f"p{n}" for n in range(100, 600)}


def test_a_full_storage_keeps_what_waits_in_the_page(site, visit):
    browser = visit(before="Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError') };")
    init(browser)
    browser.execute_script("endcap.track('view', {productId: 'boot'})")
    until(lambda: len(site.events(type="view")) == 1)
    assert faults(browser) == []


def test_two_tabs_tell_everything_and_it_counts_once(site, visit):
    browser = visit(secure=True)
    init(browser)
    tabs = [browser.current_window_handle]
    browser.switch_to.new_window("tab")
    browser.get(site.address("/"))
    init(browser)
    tabs.append(browser.current_window_handle)
    for number in range(6):
        browser.switch_to.window(tabs[number % 2])
        browser.execute_script(
            "for (let n = 0; n < 40; n++) { endcap.track('view', {productId: `p${arguments[0] + n}`}); if (n % 9 == 0) endcap.flush(); }",
            number * 40,
        )
    all_told(browser)
    assert sorted(row["product_id"] for row in site.events()) == sorted(f"p{n}" for n in range(240))
    assert len({row["session_id"] for row in site.events()}) == 1


def test_a_clock_that_is_ahead_loses_nothing(site, visit):
    ahead = "{ const Told = Date; Date = class extends Told { constructor(...said) { super(...(said.length ? said : [Told.now() + 7200000])) } static now() { return Told.now() + 7200000 } } }"
    browser = visit(before=ahead)
    init(browser)
    browser.execute_script("endcap.track('view', {productId: 'boot'})")
    all_told(browser)
    [view] = site.events(type="view")
    assert abs(view["happened_at"] - datetime.now(UTC)) < timedelta(minutes=1)


def test_one_bad_event_is_reported_and_its_neighbours_are_told(site, visit):
    browser = visit()
    init(browser)
    browser.execute_script(
        "endcap.track('view', {productId: 'boot'}); endcap.track('teleport'); endcap.track('view', {product: 'x'}); endcap.track('view', {productId: 'wax'})"
    )
    all_told(browser)
    assert [row["product_id"] for row in site.events()] == ["boot", "wax"]
    told = browser.execute_script("return told")
    assert any("teleport" in each for each in told)
    assert any("product" in each for each in told)
