"""The whole server, by which experiments are told and read."""

import pytest


@pytest.fixture
async def client(client):
    """Of a shop that knows what its currencies are worth, so that orders in both are added up."""
    await client.data("mutation { updateTenant(input: {rates: {SEK: 1, EUR: 11.5}}) { rates } }", "admin")
    return client
