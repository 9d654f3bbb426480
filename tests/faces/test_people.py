"""Ids lead to one person, users are told, and two whom the shop knows are never made one."""

import asyncio

import pytest

from tests.faces.persons import (
    ANNA,
    BOB,
    EVENTS,
    LINK,
    MERGES,
    NEWEST,
    PATCH,
    SET,
    TOLD,
    UNLINK,
    UPSERT,
    USER,
    at,
    did,
    lately,
    link,
    login,
    looked,
    person,
    unlink,
)
from tests.faces.test_events import tell
from tests.faces.test_graphql import shown


async def test_a_page_is_answered_for_whom_an_id_leads_to_in_two_statements(client, statements):
    await tell(client, looked("boot", 0, sessionId="s1"), login(1, sessionId="s1", **ANNA), key="server")
    await client.data(UPSERT, key="server", users=[{**ANNA, "email": "Anna@Shop.example", "phone": "+46 70-123 45 67"}])
    statements.clear()
    assert await lately(client, email="anna@shop.EXAMPLE") == ["boot"]
    assert statements == ["visitor.look_back", "catalog.hydrate"]
    assert await lately(client, phone="0046701234567") == ["boot"]
    assert await lately(client, email="bob@shop.example") == []
    await client.data(SET, key="server", by=ANNA, id="wax")
    found = await client.data(NEWEST, key="server", visitor={"email": "anna@shop.example"})
    assert "wax" not in shown(found["recommend"])


async def test_events_that_name_an_address_make_a_person_whom_a_user_turns_out_to_be(client):
    mail = {"email": "Anna@shop.example"}
    await tell(client, looked("boot", 0, sessionId="s1", **mail), looked("wax", 1, **mail), key="server")
    made = await person(client, email="anna@SHOP.example")
    assert made["made"]
    assert [(i["kind"], i["value"]) for i in made["identities"]] == [
        ("email", "anna@shop.example"),
        ("session", "s1"),
    ]
    assert await lately(client, **mail) == ["wax", "boot"]
    await tell(client, looked("lace", 2, **ANNA, **mail), key="server")
    found = await person(client, **mail)
    assert (found["id"], found["made"]) == ("anna", False)
    assert await lately(client, **ANNA) == await did(client, **mail) == ["lace", "wax", "boot"]
    await unlink(client, mail)
    assert await lately(client, **ANNA) == ["lace"]
    assert (await person(client, **mail))["id"] == made["id"]
    await link(client, mail)
    assert await lately(client, **ANNA) == ["lace", "wax", "boot"]


async def test_people_who_were_made_become_one_and_part_again(client):
    await tell(client, looked("boot", 0, email="a@b.se"), looked("wax", 1, phone="0701234567"), key="server")
    await tell(client, looked("lace", 2, email="a@b.se", phone="0701234567"), key="server")
    assert await did(client, phone="0701234567") == ["lace", "wax", "boot"]
    await link(client, {"email": "a@b.se"})
    assert await did(client, **ANNA) == ["lace", "wax", "boot"]
    await unlink(client, {"phone": "0701234567"})
    assert await did(client, **ANNA) == ["lace", "boot"]
    assert await did(client, phone="0701234567") == ["wax"]
    await unlink(client, {"email": "a@b.se"})
    assert await did(client, **ANNA) == []
    assert await did(client, email="a@b.se") == ["lace", "boot"]


async def test_two_users_whom_the_shop_knows_are_never_made_one(client):
    mail = {"email": "anna@shop.example"}
    await client.data(UPSERT, key="server", users=[{**ANNA, **mail}, {**BOB, "email": "bob@shop.example"}])
    refused = await client.ask(LINK, key="server", user=BOB, identity=mail)
    assert refused["errors"][0]["extensions"] == {"code": "CONFLICT", "field": "identity"}
    refused = await client.ask(LINK, key="server", user=BOB, identity=ANNA)
    assert refused["errors"][0]["extensions"] == {"code": "CONFLICT", "field": "identity"}
    rows = (await client.data(UPSERT, key="server", users=[{**BOB, "hidden": True, **mail}]))["upsertUsers"]
    assert rows == {"accepted": 0, "errors": [{"index": 0, "id": "bob", "field": "email", "code": "CONFLICT"}]}
    assert not (await person(client, **BOB))["hidden"]
    told = (await client.data(TOLD, key="server", events=[{**looked("boot", 0, **BOB, **mail), "id": "e1"}]))["recordEvents"]
    assert (told["accepted"], told["errors"]) == (1, [])
    assert [(w["index"], w["id"], w["field"], w["code"]) for w in told["warnings"]] == [(0, "e1", "email", "CONFLICT")]
    assert await did(client, **BOB) == ["boot"]
    assert (await person(client, **mail))["id"] == "anna"
    assert 'endcap_refused_merges_total{tenant="acme"}' in (await client.http.get("/metrics")).text
    [merge] = (await client.data(MERGES, key="admin"))["refusedMerges"]
    assert merge == {"kind": "email", "hint": "a…@…ple", "times": 3, "userIds": ["bob", "anna"]}
    kept = await client.rows("select refused_merge::text as said from refused_merge")
    assert not any("anna@shop" in row["said"] for row in kept)


async def test_an_event_that_names_two_users_by_their_addresses_is_the_first_one_s(client):
    await client.data(UPSERT, key="server", users=[{**ANNA, "externalId": "x1"}, {**BOB, "email": "bob@shop.example"}])
    event = looked("boot", 0, externalId="x1", email="bob@shop.example", phone="0701234567")
    told = (await client.data(TOLD, key="server", events=[event]))["recordEvents"]
    assert [w["field"] for w in told["warnings"]] == ["email"]
    assert await did(client, **ANNA) == ["boot"]
    assert (await person(client, phone="0701234567"))["id"] == "anna"


async def test_many_at_once_who_name_one_address_are_one_person(client):
    mail = {"email": "a@b.se"}
    await asyncio.gather(*(tell(client, looked("boot", n, sessionId=f"s{n}", **mail), key="server") for n in range(24)))
    assert len(await client.rows("select * from shop_user")) == 1
    assert len(await did(client, **mail)) == 24


async def test_two_batches_that_tie_the_same_people_crosswise_both_come_through(client):
    mails = [{"email": f"p{n}@b.se"} for n in range(20)]
    batches = [
        [looked("boot", 0, **mail, **({"phone": f"07000000{n:02}"} if turn else {})) for n, mail in enumerate(mails[:: -1 if turn else 1])]
        for turn in range(2)
    ] * 4  # fmt: skip
    receipts = await asyncio.gather(*(tell(client, *batch, key="server") for batch in batches))
    assert sum(receipt["accepted"] for receipt in receipts) == 160


async def test_users_are_told_whole_or_in_part(client):
    told = {**ANNA, "hidden": True, "attributes": {"tier": "gold", "sizes": [38, 39]}, "email": "a@b.se"}
    assert (await client.data(UPSERT, key="server", users=[told]))["upsertUsers"] == {"accepted": 1, "errors": []}
    anna = await person(client, email="A@b.se")
    assert anna["hidden"]
    assert anna["attributeMap"] == {"tier": "gold", "sizes": [38, 39]}
    assert {"name": "sizes", "values": ["38", "39"]} in anna["attributes"]
    patched = [{**ANNA, "attributes": {"tier": None, "vip": True}}, {**BOB, "hidden": True}]
    rows = (await client.data(PATCH, key="server", users=patched))["patchUsers"]
    assert rows == {"accepted": 1, "errors": [{"index": 1, "id": "bob", "field": "userId", "code": "UNKNOWN_USER"}]}
    anna = await person(client, **ANNA)
    assert anna["hidden"]
    assert anna["attributeMap"] == {"sizes": [38, 39], "vip": True}
    await client.data(UPSERT, key="server", users=[{**ANNA, "contactId": "c1"}])
    anna = await person(client, contactId="c1")
    assert (anna["hidden"], anna["attributeMap"]) == (False, {})
    assert [(i["kind"], i["value"]) for i in anna["identities"]] == [("email", "a@b.se"), ("contact", "c1")]


@pytest.mark.parametrize(
    ("user", "field", "code"),
    [
        ({**ANNA, "email": "nobody"}, "email", "BAD_USER_INPUT"),
        ({**ANNA, "phone": "12"}, "phone", "BAD_USER_INPUT"),
        ({"userId": ""}, "userId", "BAD_USER_INPUT"),
        ({"userId": "x" * 257}, "userId", "BAD_USER_INPUT"),
        ({**ANNA, "attributes": [1]}, "attributes", "BAD_USER_INPUT"),
    ],
)
async def test_a_user_who_cannot_be_is_refused_by_the_field_and_the_others_stand(client, user, field, code):
    rows = (await client.data(UPSERT, key="server", users=[user, BOB]))["upsertUsers"]
    assert (rows["accepted"], [(e["index"], e["field"], e["code"]) for e in rows["errors"]]) == (1, [(0, field, code)])


async def test_nothing_is_recommended_personally_to_a_hidden_user(client):
    await tell(client, looked("boot", 0, sessionId="s1", **ANNA), key="server")
    await client.data(PATCH, key="server", users=[{**ANNA, "hidden": True}])
    assert await lately(client, **ANNA) == await lately(client, sessionId="s1", **ANNA) == []
    await client.data(PATCH, key="server", users=[{**ANNA, "hidden": False}])
    assert await lately(client, **ANNA) == ["boot"]


async def test_what_someone_did_is_told_newest_first_a_page_at_a_time(client):
    events = [looked("boot", n, sessionId=f"s{n % 3}", **ANNA) for n in range(25)]
    order = {"type": "purchase", "orderId": "o1", "time": at(12), "lines": [{"productId": "boot"}, {"productId": "wax"}], **ANNA}
    await tell(client, *events, order, looked("lace", 3, sessionId="other"), key="server")
    seen, after = [], None
    while True:
        page = (await client.data(EVENTS, key="server", by=ANNA, first=7, after=after))["events"]
        seen += [edge["node"] for edge in page["edges"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert len(seen) == 27
    assert [each["time"] for each in seen] == sorted((each["time"] for each in seen), reverse=True)
    bought = (await client.data(EVENTS, key="server", by=ANNA, types=["purchase"]))["events"]["edges"]
    assert sorted(edge["node"]["productId"] for edge in bought) == ["boot", "wax"]
    refused = await client.ask(EVENTS, key="server", by=ANNA, after="nonsense")
    assert refused["errors"][0]["extensions"]["field"] == "after"


@pytest.mark.parametrize("query", [LINK, UNLINK, UPSERT, PATCH, USER, EVENTS])
async def test_who_people_are_needs_the_server_s_scope(client, query):
    given = {"user": ANNA, "identity": BOB} if query in (LINK, UNLINK) else {"by": ANNA}
    variables = {"users": [ANNA]} if "UserInput" in query else given
    refused = await client.ask(query, **variables)
    assert refused["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    assert not await client.rows("select * from shop_user")
