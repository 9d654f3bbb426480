"""Why a page shows what it shows: replayed from the record, by the decisions of then; and why it does not show something else."""

import asyncio

import asyncpg
import pytest

from gateway.domain.explanation import EXCLUSIONS
from tests.faces.serving import serving
from tests.faces.test_bulk import many
from tests.faces.test_events import tell, view

PAGE = """query ($ids: [ID!]!, $page: PageInput, $session: ID = "s", $filter: ProductFilter, $after: String) {
  placements(ids: $ids, market: "se", visitor: {sessionId: $session}, page: $page, filter: $filter, after: $after) {
    viewId endCursor placements { endCursor items { product { id } reason { ruleId } } } } }"""
EXPLAIN = """query ($view: ID!, $placement: ID) { explain(viewId: $view, placement: $placement) {
  viewId releaseId playbookVersion candidates dropped rules variants differences { code message } refused } }"""
WHY_NOT = """query ($product: ID!, $placement: ID!, $page: PageInput) {
  whyNot(productId: $product, placement: $placement, market: "se", page: $page) { code message ruleId } }"""
ITEM = {"productIds": ["boot"]}


async def sql(client, statement, *arguments):
    connection = await asyncpg.connect(client.url)
    await connection.execute(statement, *arguments)
    await connection.close()


async def shown(client, ids=("item_page.similar",), **given):
    page = (await client.data(PAGE, ids=list(ids), page=ITEM, **given))["placements"]
    return page, [[i["product"]["id"] for i in each["items"]] for each in page["placements"]]


@pytest.fixture
async def quick(trained, database_url, tmp_path):
    """A server that keeps its views at once."""
    async with serving(database_url, tmp_path, view_flush_ms=20, refresh_seconds=0.2) as client:
        yield client


async def kept(client, view_id):
    for _ in range(1500):
        if await client.rows("select 1 from served_view where view_id = $1", view_id):
            return
        await asyncio.sleep(0.05)
    raise AssertionError("the view was not kept")


async def test_a_served_page_is_replayed_and_says_what_was_tried_and_dropped(quick):
    page, [products, _] = await shown(quick, ("item_page.similar", "item_page.together"))
    await kept(quick, page["viewId"])
    told = (await quick.data(EXPLAIN, "admin", view=page["viewId"]))["explain"]
    assert (told["differences"], told["refused"], told["viewId"]) == ([], None, page["viewId"])
    first = told["candidates"]["item_page.similar"][0]
    assert (first["strategy"], first["level"], first["products"][0]) == (
        "SIMILAR",
        "NONE",
        {"id": "sneaker", "score": 1.0, "seed": "boot"},
    )
    assert {"id": "gone", "strategy": "SIMILAR", "code": "SOLD_OUT", "ruleId": None} in told["dropped"]["item_page.similar"]
    assert products[0] == "sneaker"
    one = (await quick.data(EXPLAIN, "admin", view=page["viewId"], placement="item_page.together"))["explain"]
    assert list(one["candidates"]) == ["item_page.together"]


async def test_a_replay_is_by_the_decisions_of_then_and_says_what_stock_has_changed(quick):
    page, [products] = await shown(quick)
    await kept(quick, page["viewId"])
    await sql(quick, "update product_market set available = false where product_id = $1", products[0])
    rule = await sql_rule(quick, products[1])
    told = (await quick.data(EXPLAIN, "admin", view=page["viewId"]))["explain"]
    assert [d["code"] for d in told["differences"]] == ["DIFFERS"]
    assert products[0] in told["differences"][0]["message"]
    assert rule not in str(told)
    now, [after] = await shown(quick)
    assert products[1] not in after
    await kept(quick, now["viewId"])
    told = (await quick.data(EXPLAIN, "admin", view=now["viewId"]))["explain"]
    assert [(r["ruleId"], r["does"], r["products"]) for r in told["rules"]["item_page.similar"]] == [
        (rule, "EXCLUDE", [products[1]])
    ]


async def sql_rule(client, product):
    """A rule that excludes a product, decided as the gateway writes it."""
    connection = await asyncpg.connect(client.url)
    row = await connection.fetchval(
        """with made as (insert into rule (tenant_id, kind, match, status)
                         values ('acme', 'EXCLUDE', jsonb_build_object('productIds', jsonb_build_array($1::text)), 'LIVE') returning *)
           insert into audit_log (tenant_id, actor, action, object, after)
           select 'acme', 'test', 'rule.upsert', rule_id::text, to_jsonb(made) - 'tenant_id' from made returning object""",
        product,
    )
    await connection.close()
    await client.heard()
    return row


@pytest.mark.parametrize("sort", ["PRICE_ASC", "POPULAR", "PERSONALIZED"])
async def test_each_of_several_answers_is_replayed_by_all_its_strategies_in_its_order_beside_the_others(quick, sort):
    found = {"strategies": ["SEARCH", "NEW_ARRIVALS"], "page": {"searchTerm": "boot"}, "limit": 2}
    newest = {"strategies": ["NEW_ARRIVALS"], "limit": 4, "sort": sort}
    await tell(quick, view("boot"))
    fills = (await many(quick, found, newest, {"placement": "home_page.top"}, unique=True))["placements"]
    assert [len(fill["items"]) for fill in fills[:2]] == [2, 2]
    for fill in fills:
        await kept(quick, fill["viewId"])
        told = (await quick.data(EXPLAIN, "admin", view=fill["viewId"]))["explain"]
        assert (told["differences"], told["refused"]) == ([], None)
    tried = (await quick.data(EXPLAIN, "admin", view=fills[0]["viewId"]))["explain"]["candidates"]["search"]
    assert [rung["strategy"] for rung in tried][:2] == ["SEARCH", "NEW_ARRIVALS"]


async def test_an_unknown_view_or_placement_is_named(quick):
    page, _ = await shown(quick)
    await kept(quick, page["viewId"])
    for variables, field in (
        ({"view": "no-uuid"}, "viewId"),
        ({"view": "00000000-0000-8000-8000-000000000000"}, "viewId"),
        ({"view": "ffffffff-ffff-8fff-bfff-ffffffffffff"}, "viewId"),
        ({"view": page["viewId"], "placement": "home_page.top"}, "placement"),
    ):
        [error] = (await quick.ask(EXPLAIN, "admin", **variables))["errors"]
        assert (error["extensions"]["code"], error["extensions"]["field"]) == ("BAD_USER_INPUT", field)
    [error] = (await quick.ask(EXPLAIN, "storefront", view=page["viewId"]))["errors"]
    assert error["extensions"]["code"] == "FORBIDDEN"


async def test_a_release_that_is_no_longer_kept_refuses_the_replay(quick):
    page, _ = await shown(quick)
    await kept(quick, page["viewId"])
    await sql(quick, "update served_view set release_id = 'long-ago'")
    told = (await quick.data(EXPLAIN, "admin", view=page["viewId"]))["explain"]
    assert "long-ago" in told["refused"]


@pytest.mark.parametrize(
    ("product", "statement", "code"),
    [
        ("nothing", None, "UNKNOWN_PRODUCT"),
        ("ghost", None, "HIDDEN"),
        ("gone", None, "SOLD_OUT"),
        ("boot", None, "TAKEN"),
        ("lace", "update product set valid_from = now() + interval '1 day' where product_id = 'lace'", "NOT_YET_VALID"),
        ("lace", "update product set valid_to = now() where product_id = 'lace'", "NO_LONGER_VALID"),
        ("lace", "delete from product_market where product_id = 'lace' and market_id = 'se'", "NOT_IN_MARKET"),
        ("wax", "update product set group_id = 'g' where product_id in ('wax', 'boot')", "VARIANT_TAKEN"),
        (
            "wax",
            "insert into preference values ('acme', 's:nobody in particular', 'BRAND', 'Nord', 'NEVER_RECOMMEND')",
            "NEVER_RECOMMEND",
        ),
    ],
)
async def test_what_keeps_a_product_out_is_said(quick, product, statement, code):
    if statement:
        await sql(quick, statement)
    told = (await quick.data(WHY_NOT, "admin", product=product, placement="item_page.similar", page=ITEM))["whyNot"]
    assert [(t["code"], t["message"]) for t in told] == [(code, EXCLUSIONS[code])]


async def test_a_rule_that_keeps_a_product_out_is_named_and_what_is_shown_has_no_reason(quick):
    assert (await quick.data(WHY_NOT, "admin", product="sneaker", placement="item_page.similar", page=ITEM))["whyNot"] == []
    rule = await sql_rule(quick, "sneaker")
    told = (await quick.data(WHY_NOT, "admin", product="sneaker", placement="item_page.similar", page=ITEM))["whyNot"]
    assert [(t["code"], t["ruleId"]) for t in told] == [("EXCLUDED", rule)]


async def test_the_pages_of_a_cursor_repeat_nothing_though_the_catalog_changes_between_them(quick):
    seen, after = [], None
    for turn in range(9):
        page = (await quick.data(PAGE, ids=["home_page.top"], after=after))["placements"]
        products = [i["product"]["id"] for i in page["placements"][0]["items"]]
        seen += products
        if not products:
            break
        after = page["endCursor"]
        await sql(quick, "insert into product (tenant_id, product_id, title) values ('acme', $1, 'New')", f"new{turn}")
        await sql(
            quick,
            "insert into product_market (tenant_id, market_id, product_id, price_minor) values ('acme', 'se', $1, 1)",
            f"new{turn}",
        )
    assert len(seen) == len(set(seen))
    assert {"boot", "lace", "wax", "sneaker"} <= set(seen)
    assert len(seen) > 9


@pytest.mark.parametrize("bad", ["x", "AAAA", "é", "=" * 30, "QUJD" * 20])
async def test_a_cursor_that_is_none_of_ours_is_refused(quick, bad):
    [error] = (await quick.ask(PAGE, ids=["home_page.top"], after=bad))["errors"]
    assert error["extensions"] == {"code": "BAD_USER_INPUT", "field": "after"}
