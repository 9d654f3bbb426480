"""`endcap --help` answers at once, and says of every command what the command says of itself."""

import json
import subprocess
import sys

import pytest
import typer

from gateway.__main__ import app
from gateway.commands.menu import Menu

HEAVY = {"annoy", "duckdb", "numpy", "scipy", "sklearn", "starlette", "strawberry", "uvicorn", "graphql", "pyarrow"}
LOADED = """
import json, sys
from gateway.__main__ import main
try:
    main()
finally:
    sys.stderr.write(json.dumps(sorted(sys.modules)))
"""


def modules(*words: str) -> set[str]:
    """What a fresh process has read when `endcap` has answered these words."""
    told = subprocess.run([sys.executable, "-c", LOADED, *words], capture_output=True, text=True, check=True)
    return set(json.loads(told.stderr))


@pytest.mark.parametrize("word", ["--version", "--help"])
def test_a_question_about_endcap_opens_no_commands_file(word):
    loaded = modules(word)
    assert {name for name in loaded if name.startswith("gateway.commands")} == {
        "gateway.commands", "gateway.commands.attempt", "gateway.commands.menu", "gateway.commands.wording",
    }  # fmt: skip
    assert not {name.partition(".")[0] for name in loaded} & HEAVY


def test_a_command_opens_its_own_file_only():
    loaded = modules("migrate", "--help")
    assert "gateway.commands.migrate" in loaded
    assert not {"gateway.commands.evaluate", "gateway.commands.serve", "sklearn"} & loaded


def menu() -> tuple[Menu, typer.Context]:
    found = typer.main.get_command(app)
    assert isinstance(found, Menu)
    return found, typer.Context(found)


def test_the_menu_says_of_each_command_what_it_says_of_itself():
    listed, context = menu()
    assert len(listed.commands) > 10
    for name, stub in listed.commands.items():
        command = listed.get_command(context, name)
        assert (command.name, command.help) == (name, stub.help)


def test_a_name_that_is_not_on_the_menu_is_answered_with_the_one_that_is_like_it(endcap):
    said = endcap("fed")
    assert said.code == 2
    assert "No such command 'fed'. Did you mean 'feed'?" in said.err


def test_help_names_every_command(endcap):
    said = endcap("--help")
    assert said.code == 0
    listed, _ = menu()
    assert all(f" {name} " in said.out for name in listed.commands)
