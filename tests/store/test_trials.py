"""A change of an experiment writes the row that it was read from, and no other."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from gateway.domain.experiment import Experiment, ExperimentKey, ExperimentStatus, Variant
from gateway.domain.placement import PlacementId
from gateway.domain.tenant import Caller, Scope
from gateway.errors import BadInput, UnknownExperiment
from gateway.services.experimenting.laboratory import Laboratory
from gateway.services.shop import Shop
from gateway.store.audit import Change
from gateway.store.experiments import ExperimentStore
from gateway.store.trials import TrialStore

NOW = datetime.now(UTC)


def drafted(key: str) -> Experiment:
    pair = (Variant("a", "A", 0.5), Variant("b", "B", 0.5, {"count": 4}))
    return Experiment(0, ExperimentKey(key), "As it was", (PlacementId("home_page.top"),), pair)


@pytest.fixture
async def two(stores, tenant):
    """Two drafts."""
    async with TrialStore(stores.db).changing(Change(tenant.tenant_id, "a test")) as bench:
        return [await bench.add(drafted("one")), await bench.add(drafted("two"))]


async def names(stores, tenant) -> list[str]:
    return [each.experiment.name for each in await ExperimentStore(stores.db).all(tenant.tenant_id)]


async def test_what_is_another_experiment_is_not_written_over_the_one_under_change(stores, tenant, two):
    one, other = two
    renamed = replace(one.experiment, name="Overwritten")
    for after in (replace(renamed, key=other.experiment.key), replace(renamed, experiment_id=other.experiment.experiment_id)):
        with pytest.raises(BadInput) as refused:
            async with TrialStore(stores.db).changing(Change(tenant.tenant_id, "a test")) as bench:
                await bench.write("experiment.update", one, after, NOW)
        assert refused.value.field == "key"
    assert await names(stores, tenant) == ["As it was"] * 2


async def test_an_experiment_that_is_not_there_is_refused_in_words(stores, tenant, two):
    gone = replace(two[0], experiment=replace(two[0].experiment, key=ExperimentKey("gone")))
    with pytest.raises(UnknownExperiment, match="no experiment has the key 'gone'"):
        async with TrialStore(stores.db).changing(Change(tenant.tenant_id, "a test")) as bench:
            await bench.write("experiment.update", gone, gone.experiment, NOW)


async def test_a_change_may_name_the_key_that_is_there_and_no_other(stores, tenant, two):
    async def nobody_waits() -> None:
        """Nobody serves here."""

    experimenter = Laboratory.over(stores.db, nobody_waits).experimenter
    shop = Shop(tenant, 0, await stores.tenants.markets(tenant.tenant_id))
    caller = Caller(tenant.tenant_id, frozenset({Scope.ADMIN}))
    for key in ("two", "three", "", 5):
        with pytest.raises(BadInput) as refused:
            await experimenter.update(shop, caller, "one", {"key": key, "name": "Overwritten"})
        assert (refused.value.field, refused.value.message[:24]) == ("key", "must be one, or left out")
    assert await names(stores, tenant) == ["As it was"] * 2
    changed = await experimenter.update(shop, caller, "one", {"key": "one", "name": "Renamed"})
    assert (changed.kept.experiment.status, await names(stores, tenant)) == (ExperimentStatus.DRAFT, ["Renamed", "As it was"])
