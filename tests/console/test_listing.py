"""The list of experiments, of which there are many."""

from contextlib import asynccontextmanager

import pytest

from gateway.console.listing import list_row
from gateway.domain.result import OptimiserWeight
from gateway.services.experimenting.vet import VettedExperiment
from gateway.store.database import Database
from gateway.store.experiments import KeptExperiment
from tests.console import made
from tests.console.visiting import enter
from tests.faces.experiments import started

FIGURES = 40
_MANY = """
    with made as (
        insert into experiment (tenant_id, key, name, status, placements, unit, coverage, variants, goals, mode, updated_by)
        select tenant_id, key || '-' || n, name || ' ' || n, status, placements, unit, coverage, variants, goals, mode, updated_by
        from experiment cross join generate_series(1, $1 - 1) as n
        returning experiment_id)
    insert into experiment_phase select (p).* from (
        select jsonb_populate_record(begun, jsonb_build_object('experiment_id', made.experiment_id)) as p
        from made cross join experiment_phase begun) as copied"""


@pytest.fixture
def reading(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many statements of results were under way as each of them began."""
    began: list[int] = []
    now: set[object] = set()
    fetch = Database.fetch_within

    @asynccontextmanager
    async def noted(name: str):
        me = object()
        if name == "result.totals":
            now.add(me)
            began.append(len(now))
        yield
        now.discard(me)

    async def noting(self, seconds, name, /, **given):
        async with noted(name):
            return await fetch(self, seconds, name, **given)

    monkeypatch.setattr(Database, "fetch_within", noting)
    return began


async def test_the_figures_of_forty_experiments_are_read_at_once_but_not_all_the_pools_connections_are_taken(
    staffed, stores, reading
):  # fmt: skip
    await started(staffed)
    await stores.db.pool.execute(_MANY, FIGURES + 5)
    http = await enter(staffed)
    reading.clear()
    answer = await http.get("/console/experiments")
    assert answer.status_code == 200
    assert all(f"/console/experiments/similar-{n}" in answer.text for n in range(1, FIGURES + 5))
    assert len(reading) == FIGURES
    assert 1 < max(reading) <= 5


def test_the_weights_of_an_optimiser_are_not_said_to_be_what_its_goal_came_to():
    kept = VettedExperiment(KeptExperiment(made.experiment(), 1, made.START, made.START, "boss"))
    assert list_row(kept, made.result(), made.START).metric == "Units that ordered"
    weights = tuple(OptimiserWeight(key, share, share, made.START) for key, share in (("control", 0.05), ("personal", 0.95)))
    row = list_row(kept, made.result(weights=weights), made.START)
    assert row.metric == "The optimiser's weights now"
    assert [said.replace("\N{NO-BREAK SPACE}", " ") for said in row.says] == [
        "Bestsellers: 5.00 % of new units",
        "Personal: 95.0 % of new units",
    ]
