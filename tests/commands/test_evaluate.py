"""endcap evaluate, as an analyst runs it."""

import asyncio
from xml.etree import ElementTree as ET

import pytest
from rich.console import Console

from gateway.commands import evaluate
from gateway.domain.placement import StrategyName
from gateway.evaluation.measures import Figure, Figures
from gateway.evaluation.question import Task
from gateway.evaluation.report import Entry
from tests import shop

pytestmark = pytest.mark.usefixtures("migrated")


@pytest.fixture
async def busy(stores, tenant):
    """The shop and 1,200 visits of its past."""
    await shop.stock(stores, tenant.tenant_id)
    await stores.events.add(shop.visits(tenant.tenant_id, 1200))


@pytest.mark.usefixtures("busy")
async def test_every_strategy_is_measured_beside_the_baselines(endcap, tmp_path, stores, tenant):
    picture = tmp_path / "quality.svg"
    said = await asyncio.to_thread(endcap, "evaluate", "--json", "--out", str(picture))
    assert (said.code, said.err) == (0, "")
    tasks = {task["task"]: {c["name"]: c for c in task["contenders"]} for task in said.json["tasks"]}
    assert {"personal", "also_viewed", "similar", "bestsellers", "VS-kNN", "item-kNN", "popularity"} <= tasks["next"].keys()
    assert {"also_bought", "EASE"} <= tasks["together"].keys()
    personal, popular = tasks["next"]["personal"], tasks["next"]["popularity"]
    assert personal["questions"] > 50
    assert personal["hitRate"]["value"] > 0.9 > popular["hitRate"]["value"]  # a visit stays in one department of fourteen
    assert personal["hitRate"]["low"] <= personal["hitRate"]["value"] <= personal["hitRate"]["high"]
    assert ET.parse(picture).getroot().tag.endswith("svg")
    assert not list((tmp_path / "data").glob("evaluation-*"))
    assert await stores.releases.newest(tenant.tenant_id) == []


@pytest.mark.usefixtures("busy")
async def test_the_table_names_contenders_and_intervals(endcap):
    said = await asyncio.to_thread(endcap, "evaluate", "--days", "3", "--sample", "100")
    assert said.code == 0
    assert "asked about the last 3.0 days" in said.out
    assert "personal" in said.out
    assert "VS-kNN" in said.out
    assert "95 % intervals" in said.out
    assert {"coverage", "novelty"} <= {*said.out.split()}
    assert "There is more" not in said.out


@pytest.mark.usefixtures("busy")
async def test_on_80_columns_every_name_is_whole_and_every_line_fits(endcap, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    said = await asyncio.to_thread(endcap, "evaluate", "--days", "3", "--sample", "100")
    words = said.out.split()
    assert {"also_viewed", "bestsellers", "also_bought", "VS-kNN", "HR@20", "recall@20", "answered"} <= {*words}
    assert "novelty" not in words
    assert max(len(line) for line in said.out.splitlines()) <= 80
    assert "There is more on 133 columns" in said.out


@pytest.mark.parametrize(("width", "whole"), [(80, False), (133, True)])
def test_the_longest_name_and_the_widest_figures_fit(width, whole):
    sure = Figure(1.0, (0.966, 1.0))
    figures = Figures(questions=110, answered=1.0, hit_rate=sure, mrr=sure, ndcg=sure, recall=sure, coverage=1.0, novelty=10.1)
    entries = [Entry(Task.LATER, max(StrategyName, key=len).value, ours=True, figures=figures)]
    with (console := Console(width=width)).capture() as shown:
        console.print(evaluate._table(entries, whole=whole))
    line = shown.get().splitlines()[2]
    assert "…" not in shown.get()
    assert line.startswith("bought_after_viewing")
    assert line.count("[96.6, 100.0]") == (4 if whole else 1)


async def test_a_shop_with_too_few_visits_is_told_how_many_it_needs(endcap, stores, tenant):
    await shop.stock(stores, tenant.tenant_id)
    await stores.events.add(shop.visits(tenant.tenant_id, 30))
    said = await asyncio.to_thread(endcap, "evaluate")
    assert said.code == 1
    assert "visits have looked at two products or more; an evaluation needs 1,000" in said.err


async def test_a_shop_without_a_past_is_told_so(endcap, stores, tenant):
    await shop.stock(stores, tenant.tenant_id)
    said = await asyncio.to_thread(endcap, "evaluate", "--tenant", "acme")
    assert (said.code, "0 visits" in said.err) == (1, True)


def test_a_tenant_that_is_not_there_is_named(endcap):
    said = endcap("evaluate", "--tenant", "nobody")
    assert (said.code, "there is no tenant 'nobody'" in said.err) == (1, True)
