"""What counts nowhere, a crawler's or a try-out's, takes nothing from the same thing that counts, whichever is told first."""

import pytest

from tests.faces.annas_past import found, settle
from tests.faces.persons import at
from tests.faces.serving import serving
from tests.faces.test_attribution import Shopper, asked, only, sek
from tests.faces.test_click import CRAWLER, click, shown
from tests.faces.test_events import tell, view
from tests.faces.test_keyring import TELL, ask, make
from tests.faces.test_other_peoples_orders import ERASE, stands

GOOGLE = CRAWLER["user-agent"]


def order(name="o1", product="boot", **more):
    lines = [{"productId": product, "quantity": 2, "unitPrice": sek(1000)}]
    return {"type": "purchase", "orderId": name, "sessionId": "s1", "lines": lines, **more}


async def try_out(client, *events):
    """The same events, told with a key for trying out."""
    secret = (await make(client, name="trying", scopes=["SERVER"], environment="INTEGRATION"))["secret"]
    return (await ask(client, secret, TELL, events=list(events)))["data"]["recordEvents"]


async def aparts(client):
    return [row["apart"] for row in await client.rows("select apart from event order by received_at, event_id")]


@pytest.mark.parametrize("crawler_first", [True, False])
async def test_a_link_that_a_mail_s_scanner_followed_too_is_clicked_by_its_reader_once(client, crawler_first):
    item = await shown(client)
    await settle(client)
    for each in (crawler_first, not crawler_first, crawler_first, not crawler_first):
        await (client.http.get(item["clickUrl"], headers=CRAWLER) if each else click(client, item["clickUrl"]))
    assert sorted(map(str, await aparts(client))) == ["BOT", "None"]
    row = await only(client)
    assert row["clicks"] == 1


@pytest.mark.parametrize("kind", ["impression", "click"])
async def test_a_crawler_s_sight_leaves_the_person_s_to_be_counted_once(client, kind):
    anna = Shopper(client)
    named = next(iter((await anna.look()).values()))
    seen = {"type": kind, "sessionId": "s1", "recommendationId": named}
    assert (await tell(client, {**seen, "userAgent": GOOGLE}, key="server"))["accepted"] == 1
    assert await asked(client) == []
    assert (await tell(client, seen, {**seen, "userAgent": GOOGLE}, seen, key="server")) == {
        "accepted": 1, "duplicates": 2, "errors": [],
    }  # fmt: skip
    row = await only(client)
    assert row[f"{kind}s"] == 1


async def test_an_order_that_a_crawler_was_said_to_place_is_still_the_shop_s_to_tell(client):
    anna = Shopper(client)
    (_, product), named = next(iter((await anna.look()).items()))
    await anna.tell("click", recommendationId=named)
    told = order(product=product)
    assert (await tell(client, {**told, "userAgent": "Googlebot/2.1"}, key="server"))["accepted"] == 1
    assert (await only(client))["orders"] == 0
    assert (await tell(client, told, told, key="server")) == {"accepted": 1, "duplicates": 1, "errors": []}
    row = await only(client)
    assert (row["orders"], row["units"], row["revenue"]) == (1, 2, [sek(2000)])


@pytest.mark.parametrize("tried_first", [True, False])
async def test_an_order_that_was_tried_out_too_counts_once(shop, database_url, tmp_path, tried_first):
    async with serving(database_url, tmp_path) as client:
        secret = (await make(client, name="trying", scopes=["SERVER"], environment="INTEGRATION"))["secret"]
        anna = Shopper(client)
        (_, product), named = next(iter((await anna.look()).items()))
        await anna.tell("click", recommendationId=named)
        same = [order(product=product, id="o"), view(id="v", product=product)]
        for trying in (tried_first, not tried_first):
            if trying:
                told = (await ask(client, secret, TELL, events=same))["data"]["recordEvents"]
            else:
                told = await tell(client, *same, key="server")
            assert (told["accepted"], told["errors"]) == (2, [])
        assert (await tell(client, *same, key="server"))["duplicates"] == 2
        row = await only(client)
        assert (row["orders"], row["units"], row["revenue"]) == (1, 2, [sek(2000)])
        kept = await client.rows(
            "select type, product_id from recent_event where owner = 's:s1' and event_id = any ('{o,v}') order by 1"
        )
        assert [tuple(each) for each in kept] == [("purchase", product), ("view", product)]


@pytest.mark.parametrize("gone", ["tester", "anna"])
async def test_whoever_tried_an_order_out_and_is_forgotten_takes_nothing_of_the_buyer_s_along(client, stores, gone):
    bought, given = order(id="same-id", time=at(0)), {"type": "refund", "orderId": "o1", "productId": "boot", "time": at(3)}
    tester, anna = {"userId": "tester", "sessionId": "testers-session"}, {"userId": "anna", "sessionId": "annas-session"}
    assert (await try_out(client, {**bought, **tester}))["accepted"] == 1
    await tell(client, {**bought, **anna}, {**given, **anna, "id": "r"}, key="server")
    before = await stands(client, stores)
    assert before == {"o1": [2, 1, "annas-session"]}
    mine = "select t::text from {} t order by 1"
    made = [await client.rows(mine.format(table)) for table in ("order_entry", "conversion")]
    await client.data(ERASE, key="server", by={"userId": gone})
    assert await found(client, gone, f"{gone}s-session") == set()
    after = await stands(client, stores)
    assert [told[:2] for told in after.values()] == [[2, 1]]
    if gone == "tester":
        assert after == before
        assert [await client.rows(mine.format(table)) for table in ("order_entry", "conversion")] == made
    else:
        assert "o1" not in after
