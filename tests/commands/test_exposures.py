"""endcap import exposures and endcap experiment recount, as their users run them, on a published experiment where it is there."""

import asyncio
import csv
import gzip
import json
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from tests.conftest import DATA, needs_data
from tests.faces.experiments import SIMILAR

GATES = {
    "key": "gates", "unit": "USER", "goals": ["stays_a_day", "stays_a_week"], "conversionWindowHours": 240,
    "variants": [{"key": "gate_30", "weight": 0.5}, {"key": "gate_40", "weight": 0.5}],
}  # fmt: skip
FILE = DATA / "ab" / "cookie_cats.csv.gz"


def ask(url: str, query: str, *arguments: object) -> list[asyncpg.Record]:
    async def fetch() -> list[asyncpg.Record]:
        connection = await asyncpg.connect(url)
        try:
            return await connection.fetch(query, *arguments)
        finally:
            await connection.close()

    return asyncio.run(fetch())


@pytest.fixture
def gates(endcap, migrated, tmp_path, database_url):
    """An experiment on where a game's gate stands, begun; and two metrics of its own."""
    assert endcap("tenant", "create", "acme", "--market", "se:SEK").code == 0
    for day in ("day", "week"):
        ask(database_url, "insert into event_type values ('acme', $1, 0, null)", f"played_after_a_{day}")
        ask(
            database_url, "insert into metric (tenant_id, key, name, kind, event_type) values ('acme', $1, $1, 'PROPORTION', $2)",
            f"stays_a_{day}", f"played_after_a_{day}",
        )  # fmt: skip
    told = tmp_path / "gates.json"
    told.write_text(json.dumps({**SIMILAR, **GATES}))
    made = endcap("experiment", "create", str(told))
    assert made.code == 0, made.err
    started = endcap("experiment", "start", "gates")
    assert started.code == 0, started.err


def written(tmp_path, players, moment):
    """The file of exposures and the file of events of players: (id, gate, played after a day, after a week)."""
    exposures, events = tmp_path / "exposures.csv", tmp_path / "events.ndjson"
    with exposures.open("w") as file:
        rows = csv.writer(file)
        rows.writerow(["userid", "version", "exposed_at"])
        rows.writerows((who, gate, moment.isoformat()) for who, gate, _, _ in players)
    with events.open("wb") as file:
        for who, _, *played in players:
            for days, (word, did) in zip((1, 7), zip(("day", "week"), played, strict=True), strict=True):
                if did:
                    at = (moment + timedelta(days=days)).isoformat()
                    row = {"event_id": f"{who}-{word}", "type": f"played_after_a_{word}", "time": at, "user_id": who}
                    file.write(json.dumps(row).encode() + b"\n")
    return str(exposures), str(events)


def figures(url: str, metric: str) -> list[tuple[int, int]]:
    query = "select n, y from experiment_total where metric = $1 and segment = '' and closed order by variant"
    return [(row["n"], int(row["y"])) for row in ask(url, query, metric)]


def test_what_was_tried_elsewhere_is_imported_recounted_and_mended(endcap, gates, tmp_path, database_url):
    moment = datetime.now(UTC) - timedelta(days=20)
    players = [(f"u{n}", ("gate_30", "gate_40")[n % 2], n % 3 == 0, n % 5 == 0) for n in range(60)]
    exposures, events = written(tmp_path, players, moment)
    options = ("--experiment", "gates", "--map", "time=exposed_at")
    assert endcap("import", "exposures", exposures, *options, "--json").json["added"] == 60
    again = endcap("import", "exposures", exposures, *options, "--json").json
    assert (again["added"], again["unchanged"]) == (0, 60)
    assert endcap("import", "events", events).code == 0
    assert endcap("experiment", "recount").out == "gates, phase 1: 60 units, no difference\n"
    assert figures(database_url, "stays_a_day") == [(30, 10), (30, 10)]
    assert figures(database_url, "stays_a_week") == [(30, 6), (30, 6)]
    ask(database_url, "update unit_metric set variant = 1 where unit = 'u4'")
    found = endcap("experiment", "recount", "gates")
    assert found.code == 3
    assert "unit u4: variant 1" in found.out
    endcap("experiment", "recount", "gates", "--mend")
    assert endcap("experiment", "recount", "gates").code == 0
    out = tmp_path / "out.ndjson"
    assert endcap("export", "--out", str(out), "--what", "exposures").code == 0
    assert endcap("import", "exposures", str(out), "--json").json["unchanged"] == 60


def test_rows_without_a_time_are_of_now_and_the_report_says_so(endcap, gates, tmp_path):
    file = tmp_path / "timeless.csv"
    file.write_text(f"user_id,variant,time\nu1,gate_30,\nu2,gate_40,{datetime.now(UTC).isoformat()}\nu3,gate_40,\n")
    said = endcap("import", "exposures", str(file), "--experiment", "gates")
    assert (said.code, said.err) == (0, "")
    assert "rows without a time: 2; their moment is now, and what those units did before counts for nothing" in said.out
    file.write_text("user_id,variant\nu4,gate_30\n")
    assert "rows without a time: 1;" in endcap("import", "exposures", str(file), "--experiment", "gates").out


def test_the_result_is_told_health_first_and_verdict_last(endcap, gates, tmp_path):
    moment = datetime.now(UTC) - timedelta(days=20)
    exposures, events = written(
        tmp_path, [(f"u{n}", ("gate_30", "gate_40")[n % 2], n % 3 == 0, n % 5 == 0) for n in range(60)], moment
    )
    assert endcap("import", "exposures", exposures, "--experiment", "gates", "--map", "time=exposed_at").code == 0
    assert endcap("import", "events", events).code == 0
    lines = endcap("experiment", "result", "gates").out.splitlines()
    assert lines[0].startswith("health   ")
    assert "exposed  gate_30 30, gate_40 30" in lines
    assert lines[-1].startswith("verdict  ")
    [day] = [line.split() for line in lines if line.startswith("stays_a_day") and "gate_40" in line]
    assert (day[1], day[3], day[4]) == ("GOAL", "30", "0.333333")
    told = endcap("experiment", "result", "gates", "--metric", "stays_a_week", "--json").json
    assert [(row["metric"], row["variant"], row["value"]) for row in told["figures"]] == [
        ("stays_a_week", "gate_30", 0.2), ("stays_a_week", "gate_40", 0.2)]  # fmt: skip
    assert set(told) == {"experiment", "asOf", "health", "exposures", "figures", "verdict"}
    table = list(csv.DictReader(endcap("experiment", "result", "gates", "--csv").out.splitlines()))
    assert {(row["metric"], row["value"]) for row in table if row["metric"] == "stays_a_week"} == {("stays_a_week", "0.2")}
    for words, says in {("--metric", "other"): "is not added up here", ("--json", "--csv"): "name one of them"}.items():
        said = endcap("experiment", "result", "gates", *words)
        assert (said.code, said.out) == (1, "")
        assert says in said.err


def test_rows_that_cannot_be_used_are_told_and_the_others_kept(endcap, gates, tmp_path):
    file = tmp_path / "odd.csv"
    file.write_text("user_id,variant,experiment\nu1,gate_30,gates\nu2,gate_50,gates\n,gate_30,gates\nu4,gate_40,other\n")
    said = endcap("import", "exposures", str(file), "--json")
    assert said.code == 3
    assert (said.json["added"], said.json["refused"]) == (1, 3)
    codes = {reason.split()[-1].rpartition(":")[2] for reason in said.json["reasons"]}
    assert codes == {"UNKNOWN_VARIANT", "MISSING", "UNKNOWN_EXPERIMENT"}


def test_an_experiment_that_is_not_there_is_not_recounted(endcap, gates):
    said = endcap("experiment", "recount", "other")
    assert said.code == 1
    assert "no experiment 'other'" in said.err


@needs_data
@pytest.mark.parametrize("most", [2000, pytest.param(None, marks=[pytest.mark.slow, pytest.mark.timeout(3600)])])
def test_a_published_experiment_gives_its_published_figures(endcap, gates, tmp_path, database_url, most):
    """All of it took five minutes on two busy cores: what 90,189 units did is added up, and then counted again."""
    with gzip.open(FILE, "rt") as file:
        rows = list(csv.DictReader(file))[:most]
    players = [(row["userid"], row["version"], row["retention_1"] == "TRUE", row["retention_7"] == "TRUE") for row in rows]
    exposures, events = written(tmp_path, players, datetime.now(UTC) - timedelta(days=20))
    assert endcap("import", "exposures", exposures, "--experiment", "gates", "--map", "time=exposed_at").code == 0
    assert endcap("import", "events", events).code == 0
    assert endcap("experiment", "recount", "gates").code == 0
    for column, metric in ((2, "stays_a_day"), (3, "stays_a_week")):
        told = [[player[column] for player in players if player[1] == gate] for gate in ("gate_30", "gate_40")]
        assert figures(database_url, metric) == [(len(each), sum(each)) for each in told]
    if most is None:
        shares = [round(100 * y / n, 2) for metric in ("stays_a_day", "stays_a_week") for n, y in figures(database_url, metric)]
        assert shares == [44.82, 44.23, 19.02, 18.20]
        assert [n for n, _ in figures(database_url, "stays_a_day")] == [44_700, 45_489]
