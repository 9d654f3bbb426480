"""What odd and hostile requests may not do: break a page, lose a record, see what is another's."""

import pytest

from gateway.domain.condition import faults_of, holds
from tests.faces.serving import serving

PAGE = """query ($visitor: VisitorInput = {sessionId: "s"}, $ids: [ID!]! = ["home_page.more"], $page: PageInput, $filter: ProductFilter) {
  placements(ids: $ids, market: "se", visitor: $visitor, page: $page, filter: $filter) {
    placements { items { product { id } } } } }"""
RULE = "mutation ($input: RuleInput!) { upsertRule(input: $input) { id } }"


async def shown(client, **given):
    page = (await client.data(PAGE, **given))["placements"]["placements"]
    return [i["product"]["id"] for each in page for i in each["items"]]


@pytest.mark.parametrize(
    "condition",
    [
        {"cart": {"$size": {"$bad": 1}}}, {"cart": {"$size": {"$type": []}}}, {"cart": {"$size": {"$in": 3}}}, {"market": {"$type": ["string"]}},
        {"context.x": {"$all": [{"$type": ["a"]}]}}, {"market": {"$type": {}}}, {"visitor.x": {"$not": {"$type": []}}}, {"context.x": {"$all": [{"$in": 3}]}},
        {"cart": {"$size": True}},
    ],
)  # fmt: skip
def test_an_operand_of_a_wrong_kind_is_named_when_a_condition_is_saved(condition):
    assert list(faults_of(condition))


def test_a_long_list_among_a_long_list_is_found_without_comparing_each_with_each():
    wanted = [f"w{n}" for n in range(500)]
    assert not holds({"context.x": {"$in": wanted}}, {"context": {"x": [f"v{n}" for n in range(500)]}})
    assert holds({"x": {"$in": [1, [2], {"a": 1}]}}, {"x": [[2]]})
    assert not holds({"x": {"$in": [1, 0]}}, {"x": [True, False]})


async def test_a_moment_that_no_calendar_reckons_with_is_refused_and_stops_nobody(client):
    for moment in ("0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z"):
        said = {"kind": "BOOST", "match": {"brands": ["Nord"]}, "status": "DRAFT", "startsAt": moment}
        [error] = (await client.ask(RULE, key="admin", input=said))["errors"]
        assert "1900" in error["message"]
    assert await shown(client)


async def test_a_tenant_whose_decisions_cannot_be_read_keeps_those_before_and_stops_no_other(client, stores):
    before = await shown(client)
    await client.rows(
        """insert into rule (tenant_id, kind, match, status, starts_at) values ('acme', 'EXCLUDE', '{}', 'LIVE', '-infinity')"""
    )
    await stores.tenants.create("other", "Other")
    await client.heard()
    assert await shown(client) == before


async def test_a_view_that_cannot_be_kept_takes_no_other_with_it(shop, database_url, tmp_path):
    async with serving(database_url, tmp_path, view_flush_ms=300) as client:
        bad = {"sessionId": "bad", "attributes": {"a": "\0"}}
        [error] = (await client.ask(PAGE, visitor=bad))["errors"]
        assert error["extensions"]["field"] == "visitor.attributes"
        await client.rows("alter table served_view add constraint never check (session_id <> 'unkept')")
        await shown(client, visitor={"sessionId": "kept"})
        await shown(client, visitor={"sessionId": "unkept"})
        await shown(client, visitor={"sessionId": "kept too"})
    assert {r["session_id"] for r in await client.rows("select session_id from served_view")} == {"kept", "kept too"}


async def test_what_lies_past_the_products_that_are_used_is_not_shown_either(client):
    page = {"productIds": [*(f"x{n}" for n in range(15)), "boot", "lace"], "categoryIds": ["shoes"]}
    assert not {"boot", "lace"} & set(await shown(client, ids=["category_page.top"], page=page))


async def test_a_name_that_stands_twice_in_a_filter_counts_twice(client):
    both = {"not": [{"name": "colour", "values": ["black"]}, {"name": "colour", "values": ["red"]}]}
    assert not {"boot", "sneaker"} & set(await shown(client, filter=both))


@pytest.mark.parametrize(
    ("product", "placement", "field"), [("lace", "home_page.*", "placement"), ("\0", "home_page.more", "productId")]
)
async def test_why_not_names_what_it_cannot_read(client, product, placement, field):
    asked = 'query ($p: ID!, $w: ID!) { whyNot(productId: $p, placement: $w, market: "se") { code } }'
    [error] = (await client.ask(asked, key="admin", p=product, w=placement))["errors"]
    assert (error["extensions"]["code"], error["extensions"]["field"]) == ("BAD_USER_INPUT", field)


async def test_a_list_made_for_a_user_is_for_nobody_else_whatever_names_it(client):
    upsert = "mutation ($lists: [CuratedListInput!]!) { upsertLists(lists: $lists) { accepted errors { index code } } }"
    lists = [
        {"id": "bad", "user": {"userId": "\0"}, "products": [{"productId": "wax"}]},
        {"id": "vics", "user": {"userId": "vic"}, "products": [{"productId": "wax"}]},
    ]
    told = (await client.data(upsert, key="admin", lists=lists))["upsertLists"]
    assert (told["accepted"], [e["index"] for e in told["errors"]]) == (1, [0])
    place = """mutation { upsertPlacement(input: {id: "home_page.list", strategies: [CURATED], count: 1, fallback: false,
      parameters: {list: "$campaign"}}) { id } }"""
    await client.data(place, key="admin")
    ask = """query ($v: VisitorInput!) { placements(ids: ["home_page.list"], market: "se", visitor: $v,
      context: [{name: "campaign", values: ["vics"]}]) { placements { items { product { id } } } } }"""
    for visitor, expected in (({"sessionId": "stranger"}, []), ({"userId": "vic"}, ["wax"])):
        items = (await client.data(ask, key="server", v=visitor))["placements"]["placements"][0]["items"]
        assert [i["product"]["id"] for i in items] == expected
