import pytest

from gateway.domain.page import PageContext
from gateway.domain.placement import StrategyName
from gateway.settings import Settings
from gateway.strategies.repertoire import load_repertoire
from gateway.strategies.strategy import Moment
from gateway.trainer import train
from gateway.wiring import releases_folder
from tests import shop


@pytest.fixture
def settings(tmp_path):
    return Settings(data_dir=tmp_path)


async def test_a_release_is_trained_published_and_answers(stores, tenant, settings):
    await shop.stock(stores, tenant.tenant_id)
    await stores.events.add(shop.visits(tenant.tenant_id))
    outcome = await train(stores, settings, tenant.tenant_id, print)
    assert outcome.refused is None, outcome.refused
    print(outcome.manifest)
    assert await stores.releases.serving(tenant.tenant_id) == outcome.release_id
    repertoire = load_repertoire(releases_folder(settings) / tenant.tenant_id / outcome.release_id)
    for seed in (shop.product("chairs", 3), shop.COLD):
        moment = Moment("se", PageContext(product_ids=(seed,)))
        for name in StrategyName:
            print(seed, name, [(c.product_id, round(c.score, 2)) for c in repertoire.find(name, moment, 6)])
