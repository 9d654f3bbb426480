"""Who looks: ids that outlive the checkout, none before consent, and a login that the shop has signed."""

import json
import time
from datetime import UTC, datetime, timedelta

import jwt

from tests.browser.acting import all_told, cards, complaints, faults, ids, init
from tests.browser.conftest import HOSTS, SECRET
from tests.browser.driving import until


def test_nothing_is_kept_or_told_before_consent_and_withdrawing_it_forgets(site, visit):
    browser = visit()
    init(browser, consent=False)
    cards(browser, 0)
    browser.execute_script("endcap.track('view', {productId: 'boot'}); endcap.order({id: 'o1', lines: [{productId: 'boot'}]})")
    time.sleep(2)
    before = browser.execute_script("return [endcap.visitor(), endcap.visitor()]")
    assert before[0]["sessionId"] != before[1]["sessionId"]
    assert ids(browser) == ({}, [])
    assert site.events() == []

    browser.execute_script("endcap.consent(true)")
    until(lambda: len(site.events()) == 3)  # what this page saw was held in it, and is told now
    cookies, copies = ids(browser)
    assert set(cookies) == {"endcap_session", "endcap_visitor"}
    assert set(copies) == set(cookies)

    browser.execute_script("endcap.track('view', {productId: 'wax'}); endcap.consent(false)")
    assert ids(browser) == ({}, [])
    browser.execute_script("endcap.track('view', {productId: 'lace'})")
    time.sleep(1.5)
    assert ids(browser) == ({}, [])
    assert len(site.events()) == 3


def test_consent_that_one_tab_withdraws_the_other_withdraws_too(site, visit):
    browser = visit()
    init(browser)
    first = browser.current_window_handle
    browser.switch_to.new_window("tab")
    browser.get(site.address("/"))
    init(browser)
    browser.execute_script("endcap.consent(false)")
    browser.switch_to.window(first)
    time.sleep(1)  # the other tab hears of it
    browser.execute_script("endcap.track('view', {productId: 'boot'})")
    time.sleep(1.5)
    assert ids(browser) == ({}, [])
    assert site.events() == []


BLOCKED = """
for (const name of ["localStorage", "sessionStorage"]) Object.defineProperty(window, name, { get() { throw new DOMException("no", "SecurityError") } });
Object.defineProperty(Document.prototype, "cookie", { get() { throw new DOMException("no", "SecurityError") }, set() { throw new DOMException("no", "SecurityError") } });
Object.defineProperty(navigator, "locks", { value: { request: () => Promise.reject(new DOMException("no", "SecurityError")) } });
"""


def test_a_browser_that_forbids_to_keep_anything_is_a_visit_of_one_page(site, visit):
    browser = visit(before=BLOCKED)
    init(browser)
    browser.execute_script("for (const product of ['boot', 'wax']) endcap.track('view', {productId: product})")
    until(lambda: len(site.events(type="view")) == 2)
    assert len({row["session_id"] for row in site.events()}) == 1
    assert faults(browser) == []
    assert complaints(browser) == []


def test_a_visit_goes_through_the_checkout_of_another_host_and_a_restart_of_the_browser(site, visit):
    browser = visit()
    init(browser, domain="shop.test")
    browser.execute_script("endcap.track('view', {productId: 'boot'})")
    first = browser.execute_script("return endcap.visitor()")
    assert len(first["sessionId"]) == 32
    all_told(browser)
    browser.quit()

    browser = visit("/checkout/thanks", HOSTS[1])
    init(browser, domain="shop.test")
    assert browser.execute_script("return endcap.visitor()") == first
    order = {"id": "o-1", "lines": [{"productId": "boot", "quantity": 2, "unitPrice": {"minorUnits": 129900, "currency": "SEK"}}]}
    for _ in range(2):
        assert browser.execute_script("return endcap.order(arguments[0])", order) is True
    [bought] = site.events(type="purchase")
    assert (bought["order_id"], bought["quantity"], bought["unit_price_minor"], bought["currency"], bought["whole"]) == (
        "o-1",
        2,
        129900,
        "SEK",
        True,
    )
    assert {row["session_id"] for row in site.events()} == {first["sessionId"]}
    assert {row["visitor_id"] for row in site.events()} == {first["visitorId"]}


def test_a_visit_that_nobody_continues_is_over_and_the_visitor_is_the_same(site, visit):
    browser = visit()
    init(browser)
    first = browser.execute_script("return endcap.visitor()")
    browser.delete_cookie("endcap_session")
    init(browser)
    assert browser.execute_script("return endcap.visitor()") == first  # the copy knows it
    browser.delete_cookie("endcap_session")
    browser.execute_script("localStorage.endcap_session = localStorage.endcap_session.replace(/ .*/, ` ${Date.now() - 1}`)")
    after = browser.execute_script("return endcap.visitor()")
    assert after["sessionId"] != first["sessionId"]
    assert after["visitorId"] == first["visitorId"]


def token(user, seconds):
    return jwt.encode({"sub": user, "exp": datetime.now(UTC) + timedelta(seconds=seconds)}, SECRET, algorithm="HS256")


def test_who_is_logged_in_is_believed_by_the_shops_signature_and_an_expired_one_loses_nothing(site, visit):
    browser = visit()
    init(browser)
    browser.execute_script("endcap.track('view', {productId: 'boot'}); endcap.identify('ada', arguments[0])", token("ada", 600))
    all_told(browser)
    [login] = site.events(type="login")
    assert login["user_id"] == "ada"
    assert "eyJ" not in json.dumps(browser.execute_script("return {...localStorage}"))

    browser.execute_script(
        "endcap.init({userToken: arguments[0]}); endcap.track('view', {productId: 'wax'}); endcap.track('view', {productId: 'lace'})",
        token("ada", -600),
    )
    all_told(browser)
    late = [row for row in site.events(type="view") if row["product_id"] in ("wax", "lace")]
    assert [(row["user_id"], row["claimed_user_id"]) for row in late] == [(None, "ada")] * 2

    browser.execute_script("endcap.init({userToken: arguments[0]})", token("ada", -600))
    assert browser.execute_script("return endcap.placements('home_page.top')")["placements"]

    before = browser.execute_script("return endcap.visitor().sessionId")
    browser.execute_script("endcap.identify(null)")
    after = browser.execute_script("return endcap.visitor()")
    assert after["sessionId"] != before
    assert "userId" not in after or after["userId"] is None
