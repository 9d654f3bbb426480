"""The page, the file and GraphQL say the same of one experiment."""

import csv
from io import StringIO

import pytest

from tests.console.analyst import reading
from tests.console.matured import KEY, UNITS

RESULT = """query ($id: ID!) { experimentResult(key: $id) {
  health { ok srmP } openUnits
  exposures { variant units expectedShare byDay }
  metrics { role metric { key } variants { variant units value numerator denominator difference { estimate lower upper }
    lift { estimate lower upper } p pAnyLook pAdjusted significant chanceToWin expectedLoss nonInferior attributedValue preliminary note } }
  verdict { decision rule } sql } }"""


@pytest.fixture
async def client(shop, stores, database_url, tmp_path):
    async with reading(shop, stores, database_url, tmp_path) as client:
        await client.http.post("/console/login", data={"key": "secret-analyst"})
        yield client


async def test_the_file_has_every_number_that_graphql_has(client):
    told = (await client.data(RESULT, "analyst", id=KEY))["experimentResult"]
    assert sum(each["units"] for each in told["exposures"]) == UNITS
    rows = list(csv.DictReader(StringIO((await client.http.get(f"/console/experiments/{KEY}/result.csv")).text)))
    variants = [(metric, each) for metric in told["metrics"] for each in metric["variants"]]
    assert len(rows) == len(variants) >= 20
    for row, (metric, each) in zip(rows, variants, strict=True):
        assert (row["metric"], row["role"], row["variant"]) == (metric["metric"]["key"], metric["role"], each["variant"])
        for name, value in each.items():
            if name in ("difference", "lift"):
                spread = [row[name], row[f"{name}Lower"], row[f"{name}Upper"]]
                assert [float(cell) if cell else None for cell in spread] == list((value or dict.fromkeys("abc")).values())
            elif isinstance(value, bool):
                assert row[name] == str(value).lower()
            elif isinstance(value, float | int):
                assert float(row[name]) == value
            else:
                assert row[name] == (value or "")


async def test_the_page_says_what_graphql_says(client):
    told = (await client.data(RESULT, "analyst", id=KEY))["experimentResult"]
    page = (await client.http.get(f"/console/experiments/{KEY}")).text.replace("\N{NO-BREAK SPACE}", " ")
    [conversion] = [each for each in told["metrics"] if each["metric"]["key"] == "conversion"]
    lift = conversion["variants"][1]["lift"]
    assert f"+{lift['estimate'] * 100:.1f} % (+{lift['lower'] * 100:.1f} % to +{lift['upper'] * 100:.1f} %)" in page
    assert f'class="tag">{told["verdict"]["decision"]}<' in page
    for each in told["exposures"]:
        assert f"{each['units']:,}" in page
    assert "market: se" in page


async def test_the_sql_of_the_page_gives_its_figures(client):
    told = (await client.data(RESULT, "analyst", id=KEY))["experimentResult"]
    rows = await client.rows(told["sql"])
    [conversion] = [each for each in told["metrics"] if each["metric"]["key"] == "conversion"]
    found = {row["variant"]: row for row in rows if row["metric"] == "conversion"}
    for each in conversion["variants"]:
        assert float(found[each["variant"]]["figure"]) == pytest.approx(each["value"], abs=1e-9)
