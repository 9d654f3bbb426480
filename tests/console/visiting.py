"""Somebody at the console, without a browser."""

import hashlib

import pytest

from gateway.domain.tenant import Scope
from gateway.store.keys import NewKey
from tests.faces.serving import serving

HERE = {"origin": "http://gateway"}


@pytest.fixture
async def staffed(shop, stores, database_url, tmp_path):
    for name, scopes in (("analyst", {Scope.ANALYST}), ("boss", {Scope.ANALYST, Scope.ADMIN})):
        await stores.keys.add(shop.tenant_id, NewKey(name, hashlib.sha256(f"secret-{name}".encode()).digest(), frozenset(scopes)))
    async with serving(database_url, tmp_path) as client:
        yield client


async def enter(client, name: str = "boss"):
    await client.http.post("/console/login", data={"key": f"secret-{name}"})
    return client.http


FORM = {
    "name": "Newest first", "key": "newest", "placements": "home_page.top", "unit": "SESSION", "coverage": "100", "mode": "ALWAYS_VALID",
    "goals": "conversion", "alpha": "5", "variants.0.key": "control", "variants.0.weight": "50", "variants.1.key": "new",
    "variants.1.weight": "50", "variants.1.strategies.0": "NEW_ARRIVALS", "variants.1.strategies.1": "BESTSELLERS",
    "guardrails.0.metric": "revenue_per_unit", "guardrails.0.margin": "2,5", "conversionWindowHours": "48",
}  # fmt: skip
