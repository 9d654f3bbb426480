"""axe-core, which finds what keeps people with a disability out: fetched by npm at the first run, its bytes looked at."""

import hashlib
import shutil
import subprocess
import tarfile
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from selenium.webdriver import Chrome

VERSION = "4.14.1"
SHA384 = "c6dd52160e3d41a0f0b32b745dfb365c0c81b583c29579775f6ab938e2de180526abd8d94d820c773b6917df56761887"
FILE = Path(__file__).parent / "fetched" / f"axe-{VERSION}.min.js"


def axe() -> str:
    """The script; skips, saying why, where it is not here and cannot be fetched."""
    if not FILE.exists():
        npm = shutil.which("npm")
        if npm is None:
            pytest.skip("axe-core is not here, and npm, which fetches it, is not installed")
        fetch(npm)
    told = FILE.read_bytes()
    assert hashlib.sha384(told).hexdigest() == SHA384, f"{FILE} has other bytes than axe-core {VERSION}"
    return told.decode()


def fetch(npm: str) -> None:
    command = [npm, "pack", "--silent", "--fetch-retries=0", "--fetch-timeout=30000", "--no-update-notifier", "--ignore-scripts"]
    with TemporaryDirectory() as scratch:
        try:
            subprocess.run([*command, f"axe-core@{VERSION}"], cwd=scratch, check=True, capture_output=True, timeout=60)
        except subprocess.SubprocessError:
            pytest.skip("axe-core is not here, and npm could not fetch it")
        with tarfile.open(Path(scratch) / f"axe-core-{VERSION}.tgz") as archive:
            content = archive.extractfile("package/axe.min.js").read()
    FILE.parent.mkdir(exist_ok=True)
    partial = FILE.with_suffix(".partial")
    partial.write_bytes(content)
    partial.replace(FILE)


def faults(browser: Chrome) -> list[str]:
    """What is serious or critical on the page that is open, a line each."""
    browser.execute_cdp_cmd("Runtime.evaluate", {"expression": axe()})  # past the page's own policy, as an extension would be
    script = "const done = arguments[0]; axe.run().then((r) => done(r.violations), (e) => done([{impact: 'critical', id: String(e), nodes: []}]));"
    found = browser.execute_async_script(script)
    return [
        f"{each['id']}: {node['html'][:160]} — {node['failureSummary'][:300]}"
        for each in found
        if each["impact"] in ("serious", "critical")
        for node in each["nodes"] or [{"html": "", "failureSummary": ""}]
    ]
