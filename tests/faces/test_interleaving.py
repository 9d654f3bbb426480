"""Lists that are drawn from two variants: what is shown, kept and replayed, and which variant visitors prefer."""

import orjson
import pytest

from gateway.store.reckoning import Reckoning
from tests.faces.serving import reckoned
from tests.faces.test_attribution import Shopper
from tests.faces.test_bulk import many
from tests.faces.test_deciding import save_rule
from tests.faces.test_explaining import EXPLAIN, kept, sql
from tests.faces.trying import HOME, exposed, put_experiment

CARE = {"key": "care", "parameters": {"strategies": ["NEW_ARRIVALS"], "filter": {"categoryIds": ["care"]}}}
SIDES = [{"key": "control"}, CARE]
WHOSE = {"boot": "A", "sneaker": "A", "lace": "B", "wax": "B"}
PAGE = """query ($ids: [ID!] = ["home_page.top"], $session: ID = "s", $force: [ForcedVariantInput!], $limit: Int) {
  placements(ids: $ids, market: "se", visitor: {sessionId: $session}, force: $force, limit: $limit) {
    viewId placements { variants { key } items { product { id } } } } }"""
RESULT = """{ experimentResult(key: "duel") { verdict { decision inputs } health { multipleExposures }
  preference { winsA winsB ties delta { estimate lower upper } p pAnyLook preferred note } } }"""


async def duel(url, **told) -> int:
    """On the home page: the newest of all, against the newest of what cares for shoes."""
    return await put_experiment(url, "duel", SIDES, allocation="INTERLEAVED", **told)


async def shown(client, key="storefront", **asked):
    page = (await client.data(PAGE, key, **asked))["placements"]
    return page, [[item["product"]["id"] for item in each["items"]] for each in page["placements"]]


async def lists_of(client, view_id):
    await kept(client, view_id)
    [row] = await client.rows("select lists from served_view where view_id = $1", view_id)
    return orjson.loads(row["lists"])


async def test_a_list_is_drawn_from_both_and_remembers_whose_pick_each_product_was(open_shop, database_url):
    number = await duel(database_url)
    async with open_shop() as client:
        firsts = set()
        for visitor in range(12):
            page, [products] = await shown(client, session=f"s{visitor}")
            assert sorted(products) == sorted(WHOSE)
            assert page["placements"][0]["variants"] == []
            [kept_list] = await lists_of(client, page["viewId"])
            assert kept_list["pair"]["teams"] == [WHOSE[each] for each in products]
            assert {WHOSE[each] for each in products[:2]} == {"A", "B"}
            assert (kept_list["pair"]["id"], kept_list["pair"]["phase"], kept_list["variants"]) == (number, 1, None)
            firsts.add(products[0])
        assert firsts == {"boot", "lace"}
        assert await exposed(client, number) == []


async def test_a_drawn_page_is_replayed_coin_by_coin(open_shop, database_url):
    await duel(database_url)
    async with open_shop() as client:
        pages = [await shown(client, session=f"s{n}", ids=[HOME, "home_page.more"]) for n in range(6)]
        await kept(client, pages[-1][0]["viewId"])
        await sql(client, "update experiment set status = 'ARCHIVED'")
        for page, _ in pages:
            told = (await client.data(EXPLAIN, "admin", view=page["viewId"]))["explain"]
            assert (told["refused"], told["differences"]) == (None, [])


async def test_no_product_stands_twice_on_a_page_with_a_drawn_list(open_shop, database_url):
    await duel(database_url)
    async with open_shop() as client:
        for number in range(6):
            _, lists = await shown(client, session=f"s{number}", ids=[HOME, "home_page.more"], limit=2)
            every = [product for each in lists for product in each]
            assert len(every) == len(set(every)) == 4
            assert {WHOSE[each] for each in lists[0]} == {"A", "B"}


async def test_what_is_pinned_stays_and_is_nobody_s_and_no_cap_is_exceeded(open_shop, database_url):
    await duel(database_url)
    async with open_shop() as client:
        await save_rule(client, kind="PIN", placement=HOME, slot=1, match={"productIds": ["wax"]})
        await save_rule(client, kind="CAP", placement=HOME, cap=2, match={"attribute": "brand"})
        for number in range(6):
            page, [products] = await shown(client, session=f"s{number}")
            assert products[1] == "wax"
            assert len({"boot", "lace", "wax"} & set(products)) == 2  # all of one brand
            [kept_list] = await lists_of(client, page["viewId"])
            assert kept_list["pair"]["teams"][1] is None


async def test_of_a_group_one_variant_is_shown_though_each_side_has_another(open_shop, database_url):
    sides = [{"key": brand.lower(), "parameters": {"filter": {"brands": [brand]}}} for brand in ("Nord", "Fleet")]
    await put_experiment(database_url, "duel", sides, allocation="INTERLEAVED")
    async with open_shop() as client:
        await sql(client, "update product set group_id = 'shoe' where product_id in ('boot', 'sneaker')")
        seen = set()
        for number in range(12):
            _, [products] = await shown(client, session=f"s{number}")
            assert len({"boot", "sneaker"} & set(products)) == 1
            assert {"lace", "wax"} <= set(products)
            seen |= set(products)
        assert {"boot", "sneaker"} <= seen


@pytest.mark.parametrize(
    "told", [{"condition": {"market": "de"}}, {"coverage": 0.0}, {"status": "PAUSED"}, {"status": "STOPPED"}], ids=str
)
async def test_whoever_takes_no_part_is_shown_the_placement_s_own_list(open_shop, database_url, told):
    await duel(database_url, **told)
    async with open_shop() as client:
        page, [products] = await shown(client)
        assert products == ["boot", "sneaker", "lace", "wax"]
        assert "pair" not in (await lists_of(client, page["viewId"]))[0]


async def test_one_side_can_be_looked_at_alone(open_shop, database_url):
    await duel(database_url)
    async with open_shop() as client:
        _, [products] = await shown(client, "preview", force=[{"experiment": "duel", "variant": "care"}])
        assert products == ["lace", "wax"]


async def test_a_winner_is_everybody_s(open_shop, database_url):
    await duel(database_url, status="STOPPED", winner="care")
    async with open_shop() as client:
        assert (await shown(client))[1] == [["lace", "wax"]]


async def clicking(client, session, *products):
    visitor = Shopper(client, session)
    there = await visitor.look()
    for product in products:
        await visitor.tell("click", recommendationId=there[HOME, product], productId=product)


async def test_the_result_says_which_side_visitors_prefer_by_what_each_of_them_clicked(open_shop, database_url, stores):
    await duel(database_url)
    async with open_shop() as client:
        none = (await client.data(RESULT, "admin"))["experimentResult"]["preference"]
        assert (none["winsA"], none["winsB"], none["ties"], none["preferred"]) == (0, 0, 0, None)
        assert "no pair had a winner" in none["note"]
        for number in range(9):
            await clicking(client, f"b{number}", "lace", *(["wax", "boot"] if number % 2 else []))
        await clicking(client, "a", "boot")
        await clicking(client, "tie", "boot", "lace")
        await clicking(client, "nothing")
        await reckoned(Reckoning(stores.db))
        told = (await client.data(RESULT, "admin"))["experimentResult"]
        found = told["preference"]
        assert (found["winsA"], found["winsB"], found["ties"]) == (1, 9, 1)
        assert found["delta"]["estimate"] == pytest.approx(9.5 / 11 - 0.5)
        assert found["p"] == pytest.approx(22 / 1024)
        assert (found["pAnyLook"], found["preferred"]) == (pytest.approx(0.1074, abs=1e-3), None)
        assert told["verdict"]["decision"] == "CONTINUE"
        await sql(client, "update experiment set planned_units = 10")
        told = (await client.data(RESULT, "admin"))["experimentResult"]
        assert (told["preference"]["preferred"], told["verdict"]["decision"]) == ("care", "SHIP")


async def test_another_phase_counts_anew(open_shop, database_url, stores):
    number = await duel(database_url)
    async with open_shop() as client:
        await clicking(client, "b", "lace")
        await reckoned(Reckoning(stores.db))
        assert (await client.data(RESULT, "admin"))["experimentResult"]["preference"]["winsB"] == 1
        await sql(client, "insert into experiment_phase select experiment_id, 2, seed, started_at, null, null, measures from experiment_phase"
                          " where experiment_id = $1", number)  # fmt: skip
        assert (await client.data(RESULT, "admin"))["experimentResult"]["preference"]["winsB"] == 0


async def test_many_answers_at_once_are_drawn_too(open_shop, database_url):
    await duel(database_url)
    async with open_shop() as client:
        page = await many(client, {"placement": HOME, "limit": 2}, {"placement": "home_page.more", "limit": 2}, unique=True)
        lists = [[item["product"]["id"] for item in each["items"]] for each in page["placements"]]
        assert {WHOSE[each] for each in lists[0]} == {"A", "B"}
        assert len({product for each in lists for product in each}) == 4
