"""The figures of an experiment: made again by SQL, as a file, by segment, and looked at though nobody reads."""

import asyncio
import csv
from dataclasses import replace
from io import StringIO
from math import sqrt

import pytest
from scipy import stats
from statsmodels.stats.multitest import multipletests

from gateway.domain.metric import ATTRIBUTED
from gateway.domain.result_sheet import sheet
from gateway.services.experimenting.analyse import Analyst
from gateway.services.experimenting.look import Looker
from gateway.services.follow import Follower
from gateway.services.shop import Shops
from gateway.store.experiments import ExperimentStore
from gateway.store.results import ResultStore
from gateway.strategies.repertoire import load_repertoire
from tests.console import made
from tests.console.analyst import reading
from tests.console.matured import KEY

RESULT = """query ($id: ID!) { experimentResult(key: $id) { sql metrics { metric { key } variants {
  variant units value numerator denominator attributedValue p difference { estimate lower upper } } } } }"""
SEGMENTS = """query ($id: ID!) { experimentSegments(key: $id) { key units metrics { metric { key } role variants {
  variant units value p pAdjusted significant preliminary } } } }"""
FILE = f"/v1/experiments/{KEY}/result.csv"
ANALYST = {"authorization": "Bearer secret-analyst"}


@pytest.fixture
async def client(shop, stores, database_url, tmp_path):
    async with reading(shop, stores, database_url, tmp_path, "FIXED", 2000) as client:
        yield client


async def test_sql_alone_makes_the_same_figures(client):
    told = (await client.data(RESULT, "analyst", id=KEY))["experimentResult"]
    made_again = {(row["metric"], row["variant"]): row for row in await client.rows(told["sql"])}
    judged, told_of = 0, {key for key, _ in made_again}
    for metric in told["metrics"]:
        rows = [made_again[metric["metric"]["key"], each["variant"]] for each in metric["variants"]]
        for row, each in zip(rows, metric["variants"], strict=True):
            assert (row["n"], float(row["numerator"]), float(row["denominator"])) == (
                each["units"],
                each["numerator"],
                each["denominator"],
            )
            figure = None if row["figure"] is None else pytest.approx(float(row["figure"]), rel=1e-12)
            assert each["value"] == figure
            owed = ATTRIBUTED.get(metric["metric"]["key"])
            if owed in told_of:
                assert each["attributedValue"] == pytest.approx(float(made_again[owed, each["variant"]]["figure"]), rel=1e-12)
        beside = metric["variants"][1]
        if beside["p"] is None:
            continue
        ours, errors = beside["difference"], [float(row["standard_error"]) for row in rows]
        error = sqrt(sum(each**2 for each in errors))
        freedom = error**4 / sum(each**4 / (row["n"] - 1) for each, row in zip(errors, rows, strict=True))
        assert ours["estimate"] == pytest.approx(float(rows[1]["figure"] - rows[0]["figure"]), rel=1e-9)
        assert ours["upper"] - ours["estimate"] == pytest.approx(stats.t.ppf(0.975, freedom) * error, rel=1e-6)
        assert beside["p"] == pytest.approx(2 * stats.t.sf(abs(ours["estimate"]) / error, freedom), rel=1e-6)
        judged += 1
    assert judged >= 6


async def test_the_file_has_the_figures_of_graphql(client):
    answer = await client.http.get(FILE, headers=ANALYST)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/csv; charset=utf-8")
    assert answer.headers["content-disposition"] == f'attachment; filename="{KEY}.csv"'
    assert answer.text.count("\r\n") == answer.text.count("\n")
    told = (await client.data(RESULT, "analyst", id=KEY))["experimentResult"]
    rows = list(csv.DictReader(StringIO(answer.text)))
    assert [(row["metric"], row["variant"], float(row["value"]) if row["value"] else None) for row in rows] == [
        (metric["metric"]["key"], each["variant"], each["value"]) for metric in told["metrics"] for each in metric["variants"]
    ]
    assert {(row["mode"], row["exposedUnits"], row["expectedShare"]) for row in rows} == {("FIXED", "1500", "0.5")}


async def test_the_file_may_be_of_some_metrics_and_of_a_segment(client):
    asked = {"metrics": "conversion, revenue_per_unit", "segment": "market: se"}
    rows = list(csv.DictReader(StringIO((await client.http.get(FILE, params=asked, headers=ANALYST)).text)))
    assert {(row["metric"], row["segment"]) for row in rows} == {("conversion", "market: se"), ("revenue_per_unit", "market: se")}


@pytest.mark.parametrize(("path", "key", "status", "code"), [
    (FILE, "nobody", 401, "UNAUTHENTICATED"),
    (FILE, "server", 403, "FORBIDDEN"),
    ("/v1/experiments/nothing/result.csv", "analyst", 404, "UNKNOWN_EXPERIMENT"),
    (FILE + "?metrics=nonsense", "analyst", 400, "BAD_USER_INPUT"),
    (FILE + "?segment=nonsense", "analyst", 400, "BAD_USER_INPUT"),
])  # fmt: skip
async def test_no_file_without_a_reason(client, path, key, status, code):
    answer = await client.http.get(path, headers={"x-api-key": f"secret-{key}"})
    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (status, code)


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@sum", "\t=1", "\r=1"])
def test_no_name_is_a_formula(name):
    result = made.result(segment=name)
    variants = tuple(replace(each, note=name, difference=None) for each in result.metrics[0].variants)
    told = sheet(replace(result, metrics=(replace(result.metrics[0], variants=variants),)))
    rows = list(csv.DictReader(StringIO(told, newline="")))
    assert {(row["segment"], row["note"]) for row in rows} == {(f"'{name}", f"'{name}")}
    assert all(not cell.startswith("'") for row in rows for name, cell in row.items() if name not in ("segment", "note"))


async def test_segments_are_adjusted_for_how_many_were_looked_at(client):
    found = (await client.data(SEGMENTS, "analyst", id=KEY))["experimentSegments"]
    assert {"market: se", "market: de", "device: PHONE", "device: DESKTOP"} <= {each["key"] for each in found}
    assert {metric["role"] for each in found for metric in each["metrics"]} == {"GOAL"}
    beside = [metric["variants"][1] for each in found for metric in each["metrics"]]
    _, wanted, *_ = multipletests([each["p"] for each in beside], method="fdr_bh")
    assert [each["pAdjusted"] for each in beside] == pytest.approx(list(wanted))
    assert all(each["preliminary"] and each["significant"] is (each["pAdjusted"] < 0.05) for each in beside)
    for segment in found:
        assert 0 < sum(each["units"] for each in segment["metrics"][0]["variants"]) <= segment["units"]  # some are open still


async def test_looks_are_kept_though_nobody_reads(client, stores, tmp_path):
    kept = "select look, (figures ->> 'units')::int as units from experiment_look"
    assert await client.rows(kept) == []
    await Follower(stores.db, shops := Shops(), tmp_path, load_repertoire, 60).refresh()
    looker = Looker(Analyst(ExperimentStore(stores.db), ResultStore(stores.db)), shops)
    await asyncio.gather(looker.look(), looker.look())
    await looker.look()
    [look] = await client.rows(kept)
    assert (look["look"], look["units"] > 2000) == (1, True)
