"""Two shops on one server, whose experiments, visitors and orders have the same names: neither knows of the other."""

import hashlib

import asyncpg
import pytest

from gateway.domain.catalog import MarketId
from gateway.domain.placement import DEFAULTS
from gateway.domain.tenant import Market, Scope, TenantId
from gateway.store.keys import NewKey
from tests.experiments.telling import EXPOSE, HOUR, LONG_AGO, RESULT, TELL, arms, bought, exposed, of, settled, units
from tests.faces.experiments import CREATE, SIMILAR

NEXT_DOOR = TenantId("globex")
START = 'mutation { startExperiment(key: "trial") { phase } }'
PLAN = {"placements": [], "external": True, "guardrails": [], "goals": ["conversion"], "mode": "FIXED", "plannedUnits": 4}


@pytest.fixture
async def both(client, stores, database_url):
    """A second shop beside the first, with keys of its own; an experiment of one name in each."""
    await stores.tenants.create(NEXT_DOOR, "Globex")
    await stores.tenants.upsert_market(NEXT_DOOR, Market(MarketId("se"), "SEK", ("sv-SE",)))
    await stores.playbooks.add_missing(NEXT_DOOR, DEFAULTS)
    for scope in (Scope.SERVER, Scope.ADMIN):
        name = f"globex-{scope.lower()}"
        await stores.keys.add(NEXT_DOOR, NewKey(name, hashlib.sha256(f"secret-{name}".encode()).digest(), frozenset({scope})))
    connection = await asyncpg.connect(database_url)
    await connection.execute(
        "insert into product (tenant_id, product_id, title) values ('globex', 'boot', 'Boot');"
        "insert into product_market (tenant_id, market_id, product_id, price_minor) values ('globex', 'se', 'boot', 5000)"
    )
    await connection.close()
    for prefix in ("", "globex-"):
        made = {**SIMILAR, **PLAN, "key": "trial", "variants": arms("control", "other")}
        await client.data(CREATE, f"{prefix}admin", input=made)
        await client.data(START, f"{prefix}admin")
    return client


async def test_what_one_shop_tells_of_its_units_is_in_no_figure_of_the_other(both, stores):
    soon = LONG_AGO + HOUR
    await both.data(EXPOSE, "server", exposures=[exposed("s1"), exposed("s2", "other"), exposed("s3")])
    await both.data(EXPOSE, "globex-server", exposures=[exposed("s1", "other"), exposed("s2", "other")])
    await both.data(TELL, "server", events=[bought("s1", soon, order="o1"), bought("s3", soon, order="o3")])
    receipt = await both.data(TELL, "globex-server", events=[bought("s1", soon, 700, order="o1")])
    assert receipt["recordEvents"]["accepted"] == 1
    await settled(both, stores)
    ours, theirs = [(await both.data(RESULT, f"{prefix}admin", id="trial"))["experimentResult"] for prefix in ("", "globex-")]
    assert (units(ours), units(theirs)) == ([2, 1], [0, 2])
    assert [each["health"]["multipleExposures"] for each in (ours, theirs)] == [0, 0]
    assert [of(ours, "conversion", place)["numerator"] for place in (0, 1)] == [2, 0]
    assert of(ours, "revenue_per_unit", 0)["numerator"] == 20_000
    assert (of(theirs, "conversion")["numerator"], of(theirs, "revenue_per_unit")["numerator"]) == (1, 700)


async def test_what_one_shop_does_with_its_experiment_moves_the_other_shops_in_nothing(both, stores):
    await both.data('mutation { pauseExperiment(key: "trial") { status } }', "globex-admin")
    assert (await both.data('{ experiment(key: "trial") { status } }', "admin"))["experiment"]["status"] == "RUNNING"
    stop = 'mutation { stopExperiment(key: "trial", outcome: INVALID, reason: "no") { status } }'
    await both.data(stop, "globex-admin")
    assert (await both.data('{ experiment(key: "trial") { status } }', "admin"))["experiment"]["status"] == "RUNNING"
    said = await both.data(EXPOSE, "server", exposures=[exposed("s9")])
    assert said["recordExposures"]["accepted"] == 1
