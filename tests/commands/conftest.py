"""The command line as a person meets it: words in; what is said, and the exit code, out."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from gateway.__main__ import main


@dataclass(frozen=True)
class Said:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def endcap(monkeypatch, capsys, tmp_path) -> Callable[..., Said]:
    """Runs `endcap …` in a data folder of its own, in this process."""
    monkeypatch.setenv("ENDCAP_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("COLUMNS", "200")

    def run(*words: str) -> Said:
        monkeypatch.setattr("sys.argv", ["endcap", *words])
        code = None
        try:
            main()
        except SystemExit as ended:  # not pytest.raises: that would hold on to all that the command had open
            code = int(ended.code or 0)
        assert code is not None, "a command ends by leaving"
        said = capsys.readouterr()
        return Said(code, said.out, said.err)

    return run


@pytest.fixture
def migrated(monkeypatch, database_url) -> None:
    """Commands speak to a database of the test's own."""
    monkeypatch.setenv("ENDCAP_DATABASE_URL", database_url)
