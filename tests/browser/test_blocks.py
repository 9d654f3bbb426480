"""Blocks that are filled, or hidden; and calls of which none ever throws."""

import time

import httpx

from tests.browser.acting import all_told, complaints, faults, init
from tests.browser.conftest import HOSTS, KEY
from tests.browser.driving import until

BLOCKS = """
for (const id of ["home_page.top", "home_page.more"]) {
  const block = document.createElement("section");
  block.dataset.placement = id; block.hidden = true;
  document.body.append(block);
}
window.render = (block, fill) => block.replaceChildren(...fill.items.map((item) => {
  const link = document.createElement("a");
  link.href = item.clickUrl; link.textContent = item.product.title; link.dataset.recommendationId = item.recommendationId;
  link.style.display = "block";
  return link;
}));
"""


def hidden(browser):
    return browser.execute_script("return [...document.querySelectorAll('[data-placement]')].map((block) => block.hidden)")


def led_to(site) -> str:
    """Where the server leads who clicks on the boot; what is only looked at ahead counts nowhere."""
    query = '{ placements(ids: ["home_page.top"], market: "se", visitor: {sessionId: "s"}) { placements { items { clickUrl product { id } } } } }'
    answer = httpx.post(f"{site.gateway}/graphql", json={"query": query}, headers={"x-api-key": KEY}).json()
    items = answer["data"]["placements"]["placements"][0]["items"]
    clicked = next(item["clickUrl"] for item in items if item["product"]["id"] == "boot")
    return httpx.head(clicked).headers["location"].partition("?")[0]


def test_blocks_are_filled_seen_and_clicked(site, visit):
    site.rows("update tenant set page_hosts = $1 where tenant_id = 'acme'", [f"{HOSTS[0]}:{site.port}"])
    site.rows("update product set page_url = $1 where product_id = 'boot'", site.address("/p/boot"))
    until(lambda: led_to(site) == site.address("/p/boot"))
    browser = visit()
    init(browser)
    browser.execute_script(BLOCKS)
    page = browser.execute_script("return endcap.placements(['home_page.top', 'home_page.more'], {}, {render, limit: 2})")
    assert [fill["id"] for fill in page["placements"]] == ["home_page.top", "home_page.more"]
    assert hidden(browser) == [False, False]
    shown = {item["recommendationId"] for fill in page["placements"] for item in fill["items"]}
    until(lambda: {str(row["recommendation_id"]) for row in site.events(type="impression")} == shown)
    boot = next(item for fill in page["placements"] for item in fill["items"] if item["product"]["id"] == "boot")
    browser.find_element("css selector", f'[data-recommendation-id="{boot["recommendationId"]}"]').click()
    until(lambda: browser.current_url == f"{site.address('/p/boot')}?recommendation_id={boot['recommendationId']}")
    browser.get(site.address(f"/?recommendation_id={boot['recommendationId']}"))
    init(browser)
    browser.execute_script("endcap.track('view', {productId: 'boot'})")
    all_told(browser)
    [click] = site.events(type="click")
    assert str(click["recommendation_id"]) == boot["recommendationId"]
    [view] = site.events(type="view")
    assert str(view["recommendation_id"]) == boot["recommendationId"]
    assert complaints(browser) == []


def test_a_gateway_that_is_silent_or_refuses_hides_the_blocks_and_breaks_nothing(site, visit):
    browser = visit()
    init(browser, url=site.silent, timeout=400)
    browser.execute_script(BLOCKS)
    begun = time.monotonic()
    assert browser.execute_script("return endcap.placements('home_page.*', {}, {render})") is None
    assert time.monotonic() - begun < 10  # it would be silent for thirty
    assert hidden(browser) == [True, True]
    fallback = "(block) => { block.textContent = 'Our favourites' }"
    browser.execute_script(f"return endcap.placements('home_page.top', {{}}, {{render, fallback: {fallback}}})")
    assert hidden(browser) == [False, True]
    assert browser.execute_script("return endcap.order({id: 'o', lines: []})") is False
    init(browser, url=site.gateway, key="ec_unknown", timeout=2000)
    assert browser.execute_script("return endcap.placements(['home_page.top', 'home_page.more'], {}, {render})") is None
    assert hidden(browser) == [True, True]
    init(browser, key=KEY)
    browser.execute_script("return endcap.placements(['home_page.top'], {}, {render() { throw new Error('the shop broke') }})")
    assert hidden(browser) == [True, True]
    assert "the shop broke" in browser.execute_script("return told")
    assert any("did not answer within 400 ms" in each for each in browser.execute_script("return told"))
    assert faults(browser) == []


NONSENSE = """
const hostile = () => new Proxy({}, { get() { throw 1 }, ownKeys() { throw 2 } });
const nonsense = [undefined, null, 5, "x", {}, [], () => {}, Symbol("x"), document, hostile()];
const soon = () => new Promise((go) => setTimeout(go, 20));
const thrown = [], done = arguments[arguments.length - 1];
(async () => {
  for (const ready of [false, true]) {
    if (ready) endcap.init({ key: "k", market: "se", url: "http://127.0.0.1:1", timeout: 200, onError() { throw new Error("theirs") } });
    for (const name of Object.keys(endcap).filter((each) => ready || each !== "init"))
      for (const one of nonsense)
        for (const two of [undefined, null, 5, {}, hostile()])
          try { await Promise.race([endcap[name](one, two), soon()]); } catch (fault) { thrown.push(`${name}: ${String(fault)}`); }
  }
  done(thrown);
})();
"""


def test_no_call_ever_throws_or_rejects(site, visit):
    browser = visit()
    browser.set_script_timeout(60)
    assert browser.execute_async_script(NONSENSE) == []
    assert faults(browser) == []
