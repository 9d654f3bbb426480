"""Whatever somebody wrote in the place of a word of the shop's goes with them; the shop's own words stay."""

import asyncio

from gateway.domain.tenant import TenantId
from gateway.store.reckoning import Reckoning
from tests.faces.annas_past import found, live, reckon
from tests.faces.persons import looked
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
    for _ in range(100):
        await asyncio.sleep(0.02)
        if await found(client, "my secret"):
            break
    await client.data(ERASE, key="server", by={"userId": "anna-id"})
    assert await found(client, "my secret", "for-her", "secret wish") == set()
    pages = await client.rows("select distinct jsonb_object_keys(page) as name from served_view")
    assert {row["name"] for row in pages} <= {"type", "strategies", "sort", "limit", "version", "drafts"}
