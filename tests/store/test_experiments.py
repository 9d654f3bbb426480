"""What servers read of experiments: the last phase, the weights in force, drafts apart."""

import asyncpg
import pytest

from gateway.domain.experiment import ExperimentStatus
from gateway.store.experiments import ExperimentStore

ROW = """
    insert into experiment (tenant_id, key, name, status, placements, unit, coverage, variants, mode, updated_by)
    values ('acme', $1, 'A test', $2, '{home_page.top}', 'SESSION', 1,
            '[{"key": "a", "name": "A", "weight": 0.5, "parameters": {}}, {"key": "b", "name": "B", "weight": 0.5, "parameters": {"count": 4}}]',
            'FIXED', 'admin') returning experiment_id"""
PHASE = "insert into experiment_phase values ($1, $2, $3, now(), null, null, '[]')"
POLICY = "insert into experiment_policy values ($1, $2, $3, now(), $4, '{0.5,0.5}', '{}')"


@pytest.fixture
async def connection(database_url, tenant):
    connection = await asyncpg.connect(database_url)
    yield connection
    await connection.close()


async def test_servers_hold_what_gave_variants_and_the_drafts_apart(connection, stores, tenant):
    for status in ExperimentStatus:
        await connection.fetchval(ROW, status.lower(), status)
    live, drafts = await ExperimentStore(stores.db).served(tenant.tenant_id)
    assert sorted(live) == ["paused", "running", "stopped"]
    assert list(drafts) == ["draft"]
    assert live["running"].phase is None


async def test_the_last_phase_counts_and_in_it_the_newest_weights(connection, stores, tenant):
    number = await connection.fetchval(ROW, "x", "RUNNING")
    for phase in (1, 2):
        await connection.execute(PHASE, number, phase, f"seed {phase}")
    await connection.execute(POLICY, number, 1, 1, [0.9, 0.1])
    found = await ExperimentStore(stores.db).one(tenant.tenant_id, "x")
    assert (found.experiment.phase.number, found.experiment.phase.seed, found.experiment.phase.policy) == (2, "seed 2", 0)
    assert found.experiment.weights == (0.5, 0.5)
    for policy, weights in ((1, [0.3, 0.7]), (2, [0.2, 0.8])):
        await connection.execute(POLICY, number, 2, policy, weights)
    found = await ExperimentStore(stores.db).one(tenant.tenant_id, "x")
    assert (found.experiment.phase.policy, found.experiment.weights) == (2, (0.2, 0.8))
    assert found.experiment.variants[1].parameters == {"count": 4}
