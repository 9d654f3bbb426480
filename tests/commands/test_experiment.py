"""`endcap experiment`: an experiment from a file to the archive, without a server."""

import json

import pytest

from tests.faces.experiments import SIMILAR


@pytest.fixture
def acme(endcap, migrated):
    assert endcap("tenant", "create", "acme", "--market", "se:SEK").code == 0


@pytest.fixture
def file(tmp_path):
    """Writes what is told into a file."""

    def write(**told):
        path = tmp_path / "experiment.json"
        path.write_text(json.dumps({**SIMILAR, **told}))
        return str(path)

    return write


def test_an_experiment_is_led_from_a_file_to_the_archive(endcap, acme, file):
    made = endcap("experiment", "create", file(), "--json").json
    assert (made["key"], made["status"], made["mayStart"]) == ("similar", "DRAFT", True)
    assert endcap("experiment", "checklist", "similar").out == "nothing is missing\n"
    assert "status                 RUNNING" in endcap("experiment", "start", "similar").out
    assert endcap("experiment", "pause", "similar").code == 0
    assert endcap("experiment", "resume", "similar").code == 0
    stop = ("experiment", "stop", "similar", "--outcome", "WON", "--reason", "4 % more clicks", "--winner", "viewed")
    assert endcap(*stop).code == 0
    shown = endcap("experiment", "show", "similar", "--json").json
    assert (shown["status"], shown["winner"], shown["phase"]) == ("STOPPED", "viewed", 1)
    assert endcap("experiment", "archive", "similar").code == 0
    assert endcap("experiment", "list").out == "ARCHIVED  similar  Also viewed on item pages\n"
    assert endcap("experiment", "list", "--status", "RUNNING", "--json").json == []


def test_what_is_missing_is_said_and_the_exit_code_says_so_too(endcap, acme, file):
    assert endcap("experiment", "create", file(goals=[], guardrails=[])).code == 0
    said = endcap("experiment", "checklist", "similar")
    assert said.code == 1
    assert said.out.splitlines()[0].startswith("missing  NO_GOAL: ")
    assert said.out.splitlines()[1].startswith("advice   NO_GUARDRAIL: ")
    assert endcap("experiment", "checklist", "similar", "--json").json["mayStart"] is False
    started = endcap("experiment", "start", "similar")
    assert (started.code, started.out) == (1, "")
    assert started.err.startswith("endcap: key: NO_GOAL: ")


def test_a_draft_is_changed_by_a_file_of_its_changes(endcap, acme, file, tmp_path):
    endcap("experiment", "create", file())
    changes = tmp_path / "changes.json"
    changes.write_text(json.dumps({"coverage": 0.5, "plannedUnits": None}))
    said = endcap("experiment", "update", "similar", str(changes), "--json").json
    assert (said["coverage"], said["plannedUnits"], said["version"], said["name"]) == (0.5, None, 2, SIMILAR["name"])


@pytest.mark.parametrize("key", ["running", "nobody-has-it"])
def test_a_file_of_another_experiments_key_changes_none(endcap, acme, file, tmp_path, key):
    endcap("experiment", "create", file())
    endcap("experiment", "create", file(key="running"))
    endcap("experiment", "start", "running")
    before = [endcap("experiment", "show", each, "--json").json for each in ("similar", "running")]
    said = endcap("experiment", "update", "similar", file(key=key, name="Overwritten", coverage=0.1))
    assert (said.code, said.out) == (1, "")
    assert said.err.startswith("endcap: key: must be similar, or left out")
    assert [endcap("experiment", "show", each, "--json").json for each in ("similar", "running")] == before


def test_a_refusal_speaks_of_commands_and_says_each_reason_once(endcap, acme, file, tmp_path):
    endcap("experiment", "create", file())
    assert (
        endcap("experiment", "resume", "similar").err
        == "endcap: key: it has not started yet; `endcap experiment start` starts it\n"
    )
    changes = tmp_path / "changes.json"
    changes.write_text("{}")
    said = endcap("experiment", "update", "similar", str(changes), "--new-phase")
    assert said.err == "endcap: --new-phase: it has not started yet: `endcap experiment start` begins its first phase\n"
    endcap("experiment", "start", "similar")
    assert "`endcap experiment update --new-phase` draws its units anew" in endcap("experiment", "start", "similar").err
    weights = [{**each, "weight": weight} for each, weight in zip(SIMILAR["variants"], (0.8, 0.2), strict=True)]
    changes.write_text(json.dumps({"variants": weights}))
    said = endcap("experiment", "update", "similar", str(changes)).err
    assert said.startswith("endcap: variants.0.weight, variants.1.weight would move units from one variant to another")
    assert (said.count("would move"), said.count("--new-phase"), said.count("newPhase")) == (1, 1, 0)


def test_a_file_may_name_the_experiment_that_it_changes(endcap, acme, file):
    endcap("experiment", "create", file())
    said = endcap("experiment", "update", "similar", file(name="Renamed"), "--json").json
    assert (said["key"], said["name"], said["version"]) == ("similar", "Renamed", 2)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("{", "FILE: is no JSON"),
        ("[]", "FILE: must be an object"),
        ('{"key": "x", "nmae": "X"}', "nmae: is not known here"),
        (None, "FILE: "),
    ],
)
def test_a_file_that_is_no_experiment_is_refused_in_a_line(endcap, acme, tmp_path, content, why):
    path = tmp_path / "wrong.json"
    if content is not None:
        path.write_text(content)
    said = endcap("experiment", "create", str(path))
    assert said.code == 1
    assert said.err.startswith(f"endcap: {why}")


def test_an_unknown_experiment_names_those_there_are(endcap, acme, file):
    endcap("experiment", "create", file())
    for words in (("show",), ("checklist",), ("start",), ("archive",)):
        said = endcap("experiment", *words, "simmilar")
        assert said.err == "endcap: key: no experiment has the key 'simmilar'; experiments: similar\n"


def test_a_change_on_the_command_line_is_in_the_audit_log(endcap, acme, file, stores):
    endcap("experiment", "create", file())
    endcap("experiment", "start", "similar")
    shown = endcap("experiment", "show", "similar", "--json").json
    assert (shown["version"], shown["phase"]) == (2, 1)
