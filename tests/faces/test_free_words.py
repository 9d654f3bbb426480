"""Whatever somebody wrote in the place of a word of the shop's goes with them; the shop's own words stay."""

import asyncio

from gateway.domain.tenant import TenantId
from gateway.store.reckoning import Reckoning
from tests.faces.annas_past import found, live, reckon
from tests.faces.persons import at, looked
from tests.faces.test_events import tell

ERASE = """mutation ($by: IdentityInput!) { eraseUser(by: $by) { rows } }"""
ME = {"sessionId": "my-session"}
WORDS = "select product_id, category_id, placement_id, channel from event order by happened_at"
ASKED = """query ($visitor: VisitorInput!) { placements(ids: ["home_page.top"], market: "se", visitor: $visitor,
  page: {searchTerm: "my secret"}) { viewId } }"""
SUMS = "select kind, sum(quantity), count(*), sum(unit_price_minor) from conversion group by 1 order by 1"


async def test_a_browser_s_own_words_go_and_the_shop_s_stay(client, stores):
    mine = {"categoryId": "my-category", "placement": "home_page.mine", "channel": "my-mail@shop.example"}
    await tell(
        client,
        {**looked("boot", 0, **ME), "placement": "home_page.top", "channel": "app"},
        {**looked("my-product", 1, **ME), **mine},
        {**looked("my-product", 2, **ME), "type": "add_to_cart", "unitPrice": {"minorUnits": 100, "currency": "SEK"}},
    )
    await tell(
        client, {**looked("boot", 3, sessionId="another"), "channel": "app"}, looked("gone-product", 4, sessionId="another")
    )
    await tell(client, {**looked("gone-product", 5, **ME), "channel": "app"})
    await reckon(stores)
    before = [tuple(row) for row in await client.rows(SUMS)]
    await client.data(ERASE, key="server", by=ME)
    assert await found(client, "my-") == set()
    rows = [tuple(row) for row in await client.rows(WORDS)]
    assert rows[0] == ("boot", None, "home_page.top", "app")
    assert rows[1][1:] == (None, None, None)
    assert rows[1][0] == rows[2][0]
    assert [row[0] for row in rows[3:]] == ["boot", "gone-product", "gone-product"]
    assert [tuple(row) for row in await client.rows(SUMS)] == before
    await Reckoning(stores.db).rebuild(TenantId("acme"))
    assert [tuple(row) for row in await client.rows(SUMS)] == before
    assert await found(client, "my-") == set()


async def test_what_a_page_asked_for_and_lists_made_for_someone_are_gone(client, stores):
    await live(client, stores)
    await client.data(ASKED, visitor={"sessionId": "session-1"})
    for _ in range(1500):
        await asyncio.sleep(0.02)
        if await found(client, "my secret"):
            break
    await client.data(ERASE, key="server", by={"userId": "anna-id"})
    assert await found(client, "my secret", "for-her", "secret wish") == set()
    pages = await client.rows("select distinct jsonb_object_keys(page) as name from served_view")
    assert {row["name"] for row in pages} <= {"type", "strategies", "sort", "limit", "version", "drafts"}


async def test_a_channel_of_somebody_s_own_goes_and_what_was_counted_on_it_stays(client, stores):
    mine, other = await shown_on(client, "my-mail@shop.example", "my-session"), await shown_on(client, "app", "my-second")
    for channel, each in (("x", mine), ("app", other)):
        for kind in ("impression", "click"):
            await tell(
                client, {"type": kind, "recommendationId": each["recommendationId"], "sessionId": each["session"], "time": at(0)}
            )
        await tell(client, {"type": "purchase", "orderId": f"my-{channel}", "productId": each["product"]["id"], "sessionId": each["session"],
                            "unitPrice": {"minorUnits": 100, "currency": "SEK"}})  # fmt: skip
    await reckon(stores)
    assert {name for name, _ in await found(client, "my-mail")} == {
        "served_view.channel",
        "touch.channel",
        "touch_total.channel",
        "credit.channel",
    }
    counted = "select impressions, clicks, channel from touch_total order by channel"
    owed = "select model, channel, count(*), sum(revenue_minor) from credit group by 1, 2 order by 1, 2"
    before = [[tuple(row) for row in await client.rows(each)] for each in (counted, owed)]
    for by in ("my-session", "my-second"):
        await client.data(ERASE, key="server", by={"sessionId": by})
    assert await found(client, "my-") == set()
    now = [[tuple(row) for row in await client.rows(each)] for each in (counted, owed)]
    assert now == [[tuple(None if said == "my-mail@shop.example" else said for said in row) for row in each] for each in before]
    await Reckoning(stores.db).rebuild(TenantId("acme"))
    assert [[tuple(row) for row in await client.rows(each)] for each in (counted, owed)] == now


async def shown_on(client, channel, session):
    """The first product of a page that was asked for on a channel, once the page is kept."""
    asked = f"""{{ placements(ids: ["home_page.top"], market: "se", channel: "{channel}", visitor: {{sessionId: "{session}"}}) {{
      placements {{ items {{ recommendationId product {{ id }} }} }} }} }}"""
    item = (await client.data(asked))["placements"]["placements"][0]["items"][0]
    for _ in range(1500):
        await asyncio.sleep(0.02)
        if await client.rows("select 1 from served_view where session_id = $1", session):
            return {**item, "session": session}
    raise AssertionError(session)
