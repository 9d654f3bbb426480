"""`endcap demo` where it cannot run, and what it says where it can."""

import os
import socket
import subprocess
import sys

from gateway.demo.catalog import SWEDEN, build_catalog
from gateway.demo.welcome import welcome
from gateway.settings import Settings


def test_a_taken_port_is_named_before_any_long_work(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        settings = {"ENDCAP_DATA_DIR": str(tmp_path / "data"), "ENDCAP_PORT": str(port)}
        command = [sys.executable, "-m", "gateway", "demo"]
        told = subprocess.run(command, env={**os.environ, **settings}, capture_output=True, text=True, timeout=60, check=False)
    assert told.returncode == 1
    assert str(port) in told.stderr
    assert f"make demo PORT={port + 1}" in told.stderr
    assert len(told.stderr.splitlines()) == 1
    assert not (tmp_path / "data").exists()


def test_the_welcome_names_addresses_that_can_be_opened_and_a_product_that_is_sold():
    text = welcome(Settings(host="0.0.0.0", port=8765), build_catalog(), SWEDEN.market_id, "a-secret")
    assert "http://localhost:8765/shop" in text
    assert "http://localhost:8765/graphql" in text
    assert "http://[::1]:8000/shop" in welcome(Settings(host="::1"), build_catalog(84), SWEDEN.market_id, "a-secret")
    assert 'productIds: ["tents-001-ochre"]' in text
    assert text.count("{") == text.count("}")


def test_the_consoles_key_is_told_where_only_this_machine_listens(tmp_path):
    here = welcome(Settings(), build_catalog(84), SWEDEN.market_id, "a-secret")
    assert "http://127.0.0.1:8000/console    key: a-secret" in here
    everywhere = welcome(Settings(host="0.0.0.0", data_dir=tmp_path), build_catalog(84), SWEDEN.market_id, "a-secret")
    assert "a-secret" not in everywhere
    assert str(tmp_path / "demo-keys.json") in everywhere
