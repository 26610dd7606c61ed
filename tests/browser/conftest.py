"""A headless Chromium that writes down what it fetches and complains about; tests are skipped where there is none."""

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

QUIET = "no-first-run disable-background-networking disable-component-update disable-sync disable-quic"
SWITCHES = [f"--{name}" for name in f"headless no-sandbox disable-gpu disable-dev-shm-usage {QUIET}".split()]


class Browser:
    """One window. `open` loads a page of ours, `show` another address of it; both return when it has drawn itself."""

    def __init__(self, driver: Any, folder: Path) -> None:
        self.driver, self.folder, self.loaded = driver, folder, ""

    def open(self, html: str, address: str = "") -> None:
        (self.folder / "index.html").write_text(html, "utf-8")
        self.driver.get("about:blank")
        self.driver.get(f"{(self.folder / 'index.html').as_uri()}{address}")
        self.wait("return document.documentElement.dataset.ready === 'yes'")
        self.loaded = html

    def show(self, html: str, address: str) -> None:
        if self.loaded != html:
            self.open(html)
        self.run("history.replaceState(null, '', arguments[0] || '#'); show(true)", address)

    def run(self, script: str, *arguments: object) -> Any:
        return self.driver.execute_script(script, *arguments)

    def wait(self, script: str) -> None:
        from selenium.webdriver.support.ui import WebDriverWait

        WebDriverWait(self.driver, 10).until(lambda driver: driver.execute_script(script))

    def text(self) -> str:
        return str(self.run("return document.querySelector('main').innerText"))

    def complaints(self) -> list[str]:
        return [entry["message"] for entry in self.driver.get_log("browser") if entry["level"] in ("SEVERE", "WARNING")]

    def fetched(self) -> list[str]:
        """Addresses that were asked for since the last call, the page itself left out."""
        events = [json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance")]
        sent = [e["params"]["request"]["url"] for e in events if e["method"] == "Network.requestWillBeSent"]
        return [
            url for url in sent if not url.startswith(("file://", "about:", "data:", "chrome:", "chrome-untrusted:"))
        ]

    def resize(self, width: int, height: int = 900) -> None:
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)

    def colours(self, scheme: str) -> None:
        feature = {"name": "prefers-color-scheme", "value": scheme}
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [feature]})


@pytest.fixture(scope="session")
def driver() -> Iterator[Any]:
    webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed")
    chromium, chromedriver = shutil.which("chromium"), shutil.which("chromedriver")
    if not chromium or not chromedriver:
        pytest.skip("chromium and chromedriver are not installed")
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    with tempfile.TemporaryDirectory() as profile:
        for switch in [*SWITCHES, f"--user-data-dir={profile}"]:
            options.add_argument(switch)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        started = webdriver.Chrome(options=options, service=webdriver.ChromeService(chromedriver))
        yield started
        started.quit()


@pytest.fixture(scope="session")
def window(driver: Any, tmp_path_factory: pytest.TempPathFactory) -> Browser:
    return Browser(driver, tmp_path_factory.mktemp("browser"))


@pytest.fixture
def browser(window: Browser) -> Browser:
    window.resize(1280)
    window.colours("light")
    window.complaints(), window.fetched()
    return window


@pytest.fixture(scope="session")
def axe() -> str:
    file = Path(os.environ.get("AXE_CORE", Path(__file__).parent / "node_modules/axe-core/axe.min.js"))
    if not file.is_file():
        pytest.skip("axe-core is not installed: npm install --prefix tests/browser")
    return file.read_text("utf-8")
