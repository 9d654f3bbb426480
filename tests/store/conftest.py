"""A tenant whose events are added up."""

import pytest

from gateway.store.reckoning import Reckoning
from tests.store.reckoned import ACME


@pytest.fixture
async def reckoning(stores, tenant) -> Reckoning:
    """Of a shop in India with a window of two days."""
    await stores.tenants.change(ACME, {"attribution_days": 2, "time_zone": "Asia/Kolkata"})
    return Reckoning(stores.db)
