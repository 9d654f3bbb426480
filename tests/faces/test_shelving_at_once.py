"""Many push and many ask at once: nothing is lost, and nothing is shown after it has gone."""

import asyncio

import pytest

from tests.faces.pushing import CATEGORIES, HIDE, PATCH, TENT, TREE, UPSERT, home, read, taken, tell
from tests.faces.serving import serving


async def test_two_who_turn_the_tree_at_once_make_no_circle(client):
    await taken(client, CATEGORIES, {"id": "a", "name": "A"}, {"id": "b", "name": "B"})
    told = await asyncio.gather(
        tell(client, CATEGORIES, {"id": "a", "name": "A", "parentId": "b"}),
        tell(client, CATEGORIES, {"id": "b", "name": "B", "parentId": "a"}),
    )
    assert sorted(each["accepted"] for each in told) == [0, 1]


async def test_what_was_hidden_or_sold_out_is_in_no_answer_that_begins_after_the_commit(client):
    """Many ask all the while; an answer between the mutation's answer and the return must not show the product."""
    said: list[tuple[float, float, bool]] = []  # when it was asked, when answered, whether the boot was shown
    clock = asyncio.get_running_loop().time
    done = asyncio.Event()

    async def ask() -> None:
        while not done.is_set():
            began = clock()
            shown = "boot" in await home(client)
            said.append((began, clock(), shown))

    async def heard(since: float) -> None:
        async with asyncio.timeout(30):
            while sum(began >= since for began, *_ in said) < 8:  # noqa: ASYNC110  (the askers are tasks of this loop)
                await asyncio.sleep(0.005)

    askers = [asyncio.create_task(ask()) for _ in range(6)]
    gone: list[tuple[float, float]] = []  # from when, until when it must not be shown: what ends later may have met the return
    away = [(HIDE, "boot"), (PATCH, {"id": "boot", "available": False}), (PATCH, {"id": "boot", "quantity": 0})]
    for _ in range(4):
        for mutation, row in away:
            await taken(client, mutation, row)
            since = clock()
            await heard(since)
            gone.append((since, clock()))
            await taken(client, PATCH, {"id": "boot", "hidden": False, "available": True, "quantity": 5})
            await asyncio.sleep(0.02)
    done.set()
    await asyncio.gather(*askers)
    during = [shown for began, ended, shown in said if any(since <= began and ended <= until for since, until in gone)]
    assert len(during) >= 8 * len(gone)
    assert not any(during)
    assert any(shown for *_, shown in said)


async def test_patches_of_one_product_at_once_are_all_kept(client):
    await taken(client, UPSERT, *({**TENT, "id": f"p{n}"} for n in range(20)))
    ids = [f"p{n}" for n in range(20)]
    said = [
        {"quantity": 9},
        {"rating": 2.5},
        {"brand": "Süd"},
        {"attributes": {"a": 1}},
        {"attributes": {"b": 2}},
        {"reviewCount": 5},
    ]
    for one, other in zip(said, [ids, ids[::-1]] * 3, strict=True):
        one["ids"] = other
    told = await asyncio.gather(
        *(tell(client, PATCH, *({"id": i, **{k: v for k, v in s.items() if k != "ids"}} for i in s["ids"])) for s in said)
    )
    assert all(each["accepted"] == 20 for each in told)
    for product in ("p0", "p19"):
        found = await read(client, product)
        assert (found["quantity"], found["rating"], found["brand"], found["reviewCount"]) == (9, 2.5, "Süd", 5)
        assert {"a": [1], "b": [2]}.items() <= found["attributeMap"].items()


async def test_other_servers_hear_of_categories(shop, database_url, tmp_path):
    async with serving(database_url, tmp_path / "a") as one, serving(database_url, tmp_path / "b") as other:
        await taken(one, CATEGORIES, {"id": "outdoors", "name": "Outdoors"})
        for _ in range(1500):
            if "outdoors" in {c["id"] for c in (await other.data(TREE))["categories"]}:
                return
            await asyncio.sleep(0.02)
        pytest.fail("the other server never heard of it")
