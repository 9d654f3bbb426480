"""What was seen and what was clicked, on a shop of another origin, under a strict policy."""

import time

from tests.browser.acting import CARD, all_told, cards, complaints, faults, init
from tests.browser.driving import until


def test_half_of_a_card_for_a_second_is_an_impression_and_less_is_none(site, visit):
    browser = visit()
    init(browser)
    high = browser.execute_script("return innerHeight")
    cards(browser, 0, high - 120, high - 80, high + 100)  # whole, 60 %, 40 %, nothing
    until(lambda: len(site.events(type="impression")) >= 2)
    time.sleep(1.5)
    seen = site.events(type="impression")
    assert {str(row["recommendation_id"]) for row in seen} == {CARD.format(1), CARD.format(2)}
    assert {(row["product_id"], row["placement_id"], row["market_id"], row["scope"]) for row in seen} == {
        ("boot", "home_page.top", "se", "STOREFRONT")
    }
    browser.execute_script("scrollTo(0, 0); endcap.impressions(); endcap.impressions()")
    time.sleep(1.5)
    assert len(site.events(type="impression")) == 2
    assert faults(browser) == []


GLANCES = """
const done = arguments[0], wait = (time) => new Promise((go) => setTimeout(go, time));
(async () => {
  for (let turn = 0; turn < 3; turn++) {
    scrollTo(0, 5000); await wait(600);
    scrollTo(0, 0); await wait(300);
  }
  scrollTo(0, 5000);
  done();
})();
"""


def test_a_card_that_leaves_before_a_second_and_one_in_a_tab_behind_are_not_seen(site, visit):
    browser = visit()
    init(browser)
    cards(browser, 5000)
    browser.set_script_timeout(30)
    browser.execute_async_script(GLANCES)  # 1.8 seconds in all, but never one at a stretch
    first = browser.current_window_handle
    browser.switch_to.new_window("tab")
    time.sleep(2)
    assert site.events(type="impression") == []
    browser.switch_to.window(first)
    until(lambda: len(site.events(type="impression")) == 1)


def test_a_click_on_a_card_is_told_though_the_page_is_left_at_once_and_a_button_is_no_click(site, visit):
    browser = visit()
    init(browser)
    cards(browser, 0)
    browser.find_element("css selector", "button").click()
    browser.find_element("css selector", ".link").click()
    until(lambda: browser.current_url.endswith("/checkout/thanks"))
    init(browser)
    all_told(browser)
    [click] = site.events(type="click")
    assert (str(click["recommendation_id"]), click["product_id"]) == (CARD.format(1), "boot")
    assert complaints(browser) == []
