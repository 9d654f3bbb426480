"""What the tests do in a shop's page, and what they look at there."""

from tests.browser.conftest import KEY
from tests.browser.driving import until

CARD = "0195f0c0-0000-8000-8000-0000000001{:02x}"  # a recommendation's id


def init(browser, **said):
    browser.execute_script(
        "endcap.init({onError: (fault) => (window.told ??= []).push(fault.message), ...arguments[0]})",
        {"key": KEY, "market": "se", **said},
    )


def waiting(browser):
    return browser.execute_script("return Object.keys(localStorage).filter((name) => name.startsWith('endcap_event.')).length")


def ids(browser):
    """What the browser keeps of who looks: cookies, and copies."""
    cookies = {cookie["name"]: cookie["value"] for cookie in browser.get_cookies() if cookie["name"].startswith("endcap")}
    copies = browser.execute_script("return Object.keys(localStorage).filter((name) => name.startsWith('endcap')).sort()")
    return cookies, copies


def all_told(browser):
    until(lambda: waiting(browser) == 0)


def faults(browser):
    return browser.execute_script("return faults")


def complaints(browser):
    return [entry["message"] for entry in browser.get_log("browser")]


def cards(browser, *tops, height=200):
    """Cards at these distances from the top of the page."""
    browser.execute_script(
        """document.body.replaceChildren();
        arguments[0].forEach((top, number) => {
          const card = document.createElement("article");
          Object.assign(card.style, { position: "absolute", top: `${top}px`, height: `${arguments[1]}px`, width: "200px" });
          card.dataset.recommendationId = arguments[2][number];
          card.dataset.productId = "boot";
          const link = document.createElement("a");
          link.href = "/checkout/thanks"; link.textContent = "boot"; link.className = "link";
          const button = document.createElement("button");
          button.textContent = "add"; button.type = "button";
          card.append(link, button);
          document.body.append(card);
        });
        document.body.dataset.placement = "home_page.top";
        endcap.impressions();""",
        tops, height, [CARD.format(number + 1) for number in range(len(tops))],
    )  # fmt: skip
