import os
import subprocess
import sys

import pytest

import sql


@pytest.fixture
def bare(monkeypatch, unmigrated_url):
    monkeypatch.setenv("ENDCAP_DATABASE_URL", unmigrated_url)


@pytest.mark.usefixtures("bare")
def test_check_says_what_waits_with_exit_code_1_and_changes_nothing(endcap):
    versions = [migration.version for migration in sql.migrations()]
    for _ in range(2):
        said = endcap("migrate", "--check", "--json")
        assert (said.code, said.json) == (1, {"pending": versions})
    assert endcap("migrate", "--json").json == {"applied": versions}
    assert endcap("migrate", "--check").code == 0
    assert endcap("migrate").out == "The database has this version's shape.\n"


@pytest.mark.parametrize(
    ("url", "complaint"),
    [
        ("postgresql://me:hunter2@127.0.0.1:1/shop", "127.0.0.1:1/shop cannot be reached: the connection is refused"),
        ("postgresql:///shop?host=/nowhere&password=hunter2", "localhost/shop cannot be reached: No such file or directory"),
        ("postgresql://me:hunter2@127.0.0.1:port/shop", "of this URL cannot be reached"),
        ("mysql://me:hunter2@127.0.0.1/shop", "invalid DSN: scheme is expected"),
        ("hunter2", "of this URL cannot be reached"),
    ],
)
def test_a_database_that_cannot_be_reached_is_said_in_one_line_without_the_password(endcap, monkeypatch, url, complaint):
    monkeypatch.setenv("ENDCAP_DATABASE_URL", url)
    said = endcap("migrate")
    assert (said.code, said.err.count("\n")) == (1, 1)
    assert complaint in said.err
    assert "hunter2" not in said.err


def test_a_database_that_there_is_not_is_said_in_one_line(endcap, monkeypatch, database_url):
    monkeypatch.setenv("ENDCAP_DATABASE_URL", database_url.replace("endcap_test_", "no_such_"))
    said = endcap("migrate")
    assert said.code == 1
    assert "does not exist" in said.err


def test_a_setting_that_cannot_be_read_is_said_in_one_line(endcap, monkeypatch):
    monkeypatch.setenv("ENDCAP_PORT", "eighty")
    said = endcap("doctor")
    assert (said.code, said.err) == (1, "endcap: ENDCAP_PORT='eighty': it must be a number\n")


@pytest.mark.parametrize(("words", "code"), [(["--version"], 0), (["migrate", "--faster"], 2), (["fly"], 2)])
def test_the_command_ends_as_it_should_in_a_process_of_its_own(words, code, tmp_path):
    environment = {**os.environ, "ENDCAP_DATA_DIR": str(tmp_path)}
    done = subprocess.run([sys.executable, "-m", "gateway", *words], capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == code
    assert "Traceback" not in done.stderr
