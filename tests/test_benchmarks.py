"""What `make bench` holds the gateway against runs, on the schema as it is."""

from gateway.settings import Settings
from gateway.wiring import open_stores
from tests.benchmarks import stage, training
from tests.benchmarks.baseline import create_app
from tests.faces.serving import opened


async def test_the_hand_written_endpoint_answers_three_full_lists(database_url, tmp_path, monkeypatch):
    async with open_stores(Settings(database_url=database_url, data_dir=tmp_path)) as stores:
        await stage.stock(stores, 150)
    monkeypatch.setenv("BENCH_DATABASE_URL", database_url)
    async with opened(create_app()) as (client, _):
        answer = await client.post("/page", json={"market": "eu"})
    lists = answer.json()["data"]["placements"]
    assert [len(each["items"]) for each in lists] == [12, 12, 12]
    assert all(item["product"]["title"] for each in lists for item in each["items"])


def test_a_training_is_measured_beside_its_rival():
    found = training.measure_training(4_000)
    assert found.vectors > 0
    assert found.als_vectors > 0
    assert found.first.manifest.products == found.next.manifest.products == found.products
