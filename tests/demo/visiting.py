"""Somebody in the demo's shop."""

import time

from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By

from tests.browser.driving import until


class Visitor:
    """What somebody does who looks at the shop."""

    def __init__(self, browser: Chrome, address: str) -> None:
        self.browser = browser
        self.address = address

    def go(self, path: str) -> None:
        self.browser.get(self.address + path)
        self.wait()

    def wait(self) -> None:
        until(lambda: self.browser.execute_script("return document.readyState == 'complete' && document.body.dataset.ready"))

    def click(self, css: str) -> None:
        node = self.browser.find_element(By.CSS_SELECTOR, css)
        self.browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", node)
        node.click()

    def look_at(self, css: str) -> None:
        """Long enough for an impression: half of a card for a second."""
        node = self.browser.find_element(By.CSS_SELECTOR, css)
        self.browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", node)
        begun = time.monotonic()
        until(lambda: time.monotonic() - begun > 2 and self.told_everything())

    def shown(self, placement: str) -> list[str]:
        """The products of a placement, in their order."""
        script = "return [...document.querySelectorAll(arguments[0])].map((card) => card.dataset.product)"
        return self.browser.execute_script(script, f'[data-placement="{placement}"] .card')

    def path(self) -> str:
        return self.browser.execute_script("return location.pathname")

    def text(self, css: str) -> str:
        return self.browser.find_element(By.CSS_SELECTOR, css).text

    def told_everything(self) -> bool:
        return self.browser.execute_script("return !Object.keys(localStorage).some((name) => name.startsWith('endcap_event.'))")

    def complaints(self) -> list[str]:
        return [entry["message"] for entry in self.browser.get_log("browser")]
