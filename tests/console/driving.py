"""The console, used as an analyst uses it."""

import base64
import os
from dataclasses import dataclass
from pathlib import Path

from selenium.common.exceptions import WebDriverException
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import Select

from tests.browser.driving import until

DESKTOP, PHONE = (1280, 900), (390, 844)
SHOTS = os.environ.get("ENDCAP_TEST_SHOTS")  # a folder; whoever names one wants to look at the pages


@dataclass(frozen=True)
class Desk:
    """A browser at the console."""

    browser: Chrome
    address: str

    def resize(self, *, phone: bool) -> None:
        width, height = PHONE if phone else DESKTOP
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": phone}
        self.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)

    def enter(self, key: str) -> None:
        self.go("/console")
        self.write("key", key)
        self.press("Enter")

    def go(self, path: str) -> None:
        self.browser.get(f"{self.address}{path}")

    @property
    def path(self) -> str:
        return self.browser.current_url.removeprefix(self.address)

    @property
    def text(self) -> str:
        return self.one("main").text.replace("\N{NO-BREAK SPACE}", " ")

    def one(self, selector: str) -> WebElement:
        return self.browser.find_element(By.CSS_SELECTOR, selector)

    def all(self, selector: str) -> list[WebElement]:
        return self.browser.find_elements(By.CSS_SELECTOR, selector)

    def write(self, id: str, text: str) -> None:
        field = self.browser.find_element(By.ID, id)
        field.clear()
        field.send_keys(text)

    def choose(self, id: str, value: str) -> None:
        Select(self.browser.find_element(By.ID, id)).select_by_value(value)

    def tick(self, name: str, value: str) -> None:
        self.one(f'input[name="{name}"][value="{value}"]').click()

    def press(self, label: str) -> None:
        """A button or a link of the page, by what stands on it; the page that follows is there afterwards."""
        xpath = f'//main//button[normalize-space()="{label}"] | //main//a[normalize-space()="{label}"]'
        pressed = self.browser.find_element(By.XPATH, xpath)
        before = self.one("html")
        pressed.click()
        until(lambda: gone(before))

    def width(self) -> tuple[int, int]:
        """How wide the page is, and how wide its window."""
        metrics = self.browser.execute_cdp_cmd("Page.getLayoutMetrics", {})
        return round(metrics["cssContentSize"]["width"]), round(metrics["cssLayoutViewport"]["clientWidth"])

    def shoot(self, name: str) -> None:
        """A picture of the whole page, for whoever wants to look."""
        if SHOTS:
            size = self.browser.execute_cdp_cmd("Page.getLayoutMetrics", {})["cssContentSize"]
            clip = {"x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1}
            told = {"captureBeyondViewport": True, "clip": clip}
            shot = self.browser.execute_cdp_cmd("Page.captureScreenshot", told)["data"]
            (Path(SHOTS) / f"{name}.png").write_bytes(base64.b64decode(shot))


def gone(element: WebElement) -> bool:
    """Whether the page that an element was on is no more."""
    try:
        element.is_enabled()
    except WebDriverException:
        return True
    return False
