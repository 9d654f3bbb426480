"""The storm of `make chaos`, in small: what was acknowledged is there once, whatever is killed."""

import pytest

from tests.chaos.storm import Weather, storm


@pytest.mark.usefixtures("shop")
async def test_what_was_acknowledged_is_there_once_though_servers_are_killed_under_load(database_url, tmp_path):
    outcome = await storm(database_url, tmp_path, Weather(kills=2, servers=1, seed=7))
    assert outcome.counts["servers killed"] == 2
    assert outcome.acknowledged > 0
    assert outcome.holds, str(outcome)
