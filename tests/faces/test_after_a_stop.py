"""A winner that is stopped early: its page and GraphQL say for ever what they said when it was stopped."""

from datetime import timedelta

import pytest

from tests.console.analyst import reading
from tests.console.matured import KEY

RESULT = """query ($id: ID!) { experimentResult(key: $id) { asOf look mode verdict { decision inputs } metrics { metric { key }
  role variants { variant units value numerator attributedValue p pAnyLook pAdjusted significant nonInferior preliminary
  difference { estimate lower upper } lift { estimate lower upper } } } } }"""


@pytest.fixture
async def client(shop, stores, database_url, tmp_path):
    async with reading(shop, stores, database_url, tmp_path) as client:
        yield client


async def asked(client):
    return (await client.data(RESULT, "analyst", id=KEY))["experimentResult"]


@pytest.mark.parametrize("mode", ["GROUP_SEQUENTIAL", "ALWAYS_VALID", "FIXED"])
async def test_every_request_after_a_stop_has_what_the_look_said(client, stores, mode):
    size = 2000 if mode == "FIXED" else 4000
    await stores.db.pool.execute("update experiment set mode = $1, planned_units = $2", mode, size)
    first = await asked(client)
    conversion = first["metrics"][0]["variants"][1]
    assert (conversion["significant"], conversion["preliminary"], first["look"]) == (True, False, 1)
    await stores.db.pool.execute("update experiment set status = 'STOPPED'")
    await stores.db.pool.execute("update experiment_phase set ended_at = now()")
    again = [await asked(client), await asked(client)]
    if mode == "FIXED":  # it follows what is told late of its units: as of now, and now they are the same
        again = [{**each, "asOf": first["asOf"]} for each in again]
    assert again == [first, first]
    await _backward(stores, timedelta(hours=26))
    await stores.db.pool.execute(
        "update experiment_total set y = y / 2, yy = yy / 2, n = n - 100 where segment = '' and closed and metric = 'conversion'"
    )
    later = [await asked(client) for _ in range(3)]
    if mode == "FIXED":
        found = later[-1]["metrics"][0]["variants"][1]
        assert (found["preliminary"], found["numerator"]) == (False, pytest.approx(conversion["numerator"] / 2, abs=1))
        return
    assert later[0] == later[1] == later[2]
    assert {**later[0], "asOf": first["asOf"]} == first
    [taken] = await client.rows("select count(*) as looks from experiment_look")
    assert taken["looks"] == 1


async def _backward(stores, by: timedelta) -> None:
    """As if all of it had been so long ago."""
    await stores.db.pool.execute(
        "update experiment_phase set started_at = started_at - $1::interval, ended_at = ended_at - $1::interval", by
    )
    await stores.db.pool.execute("update experiment_look set looked_at = looked_at - $1::interval", by)
