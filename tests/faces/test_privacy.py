"""A person is told everything, forgotten in part or whole, and followed no more; each time every column of every table is read."""

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from gateway.domain.tenant import TenantId
from gateway.store.reckoning import Reckoning
from gateway.store.training import TrainingStore
from tests.faces.annas_past import HERS, MAIL, PAGE, PHONE, found, live, reckon, totals
from tests.faces.persons import ANNA, BOB, did, lately, link, looked, owners, person, unlink
from tests.faces.test_events import TELL, tell, view

EXPORT = "mutation ($by: IdentityInput!) { exportUser(by: $by) }"
ERASE = """mutation ($by: IdentityInput!, $block: Boolean = false) { eraseUser(by: $by, blockTracking: $block) { id at rows } }"""
HISTORY = ERASE.replace("eraseUser", "deleteEventHistory")
ALLOW = "mutation ($by: IdentityInput!) { allowTracking(by: $by) }"


async def test_someone_with_three_sessions_two_devices_and_a_login_is_told_unlinked_linked_again_and_erased(client, stores):
    view_id, recommendation_id = await live(client, stores)
    everything = (*HERS, view_id[:28], recommendation_id[:28])
    assert {value for _, value in await found(client, *everything)} == set(everything)
    for by in ({"email": "Anna@Shop.Example"}, {"sessionId": "session-1"}, {"userId": "anna-id"}, {"contactId": "contact-9"}):
        assert_is_hers((await client.data(EXPORT, key="server", by=by))["exportUser"])
    await take_back_and_give_again(client)
    await reckon(stores)
    counted = await totals(client)
    receipt = (await client.data(ERASE, key="server", by={"email": MAIL}))["eraseUser"]
    assert receipt["rows"]["event"] >= 8
    assert receipt["rows"]["shop_user"] == 1
    for _ in range(2):
        only_hers = [value for value in everything if value not in ("visitor-2", "session-3")]  # there Bob has been too
        assert await found(client, *only_hers) == set()
        assert await totals(client) == counted
        await Reckoning(stores.db).rebuild(TenantId("acme"))
    await assert_bob_is_as_he_was(client)
    assert await person(client, email=MAIL) is None
    [entry] = await client.rows("select actor, object, before from audit_log where action = 'person.erase'")
    assert tuple(entry) == ("server", receipt["id"], None)


async def test_ids_that_somebody_made_up_keep_nobody_from_being_forgotten(client):
    made_up = str(uuid4())
    for told in ({"viewId": made_up, "listId": made_up}, {"viewId": f"{made_up[:-4]}0000"}, {"listId": f"{made_up[:-1]}0"}):
        [receipt] = (await client.data(TELL, key="storefront", events=[view(sessionId="session-9", **told)])).values()
        assert receipt["accepted"] == 1
    receipt = (await client.data(ERASE, key="server", by={"sessionId": "session-9"}))["eraseUser"]
    assert receipt["rows"]["event"] == 3
    assert await found(client, "session-9", made_up[:23]) == set()


def assert_is_hers(told):
    """Everything of Anna's, whichever session it was in, and nothing of Bob's."""
    assert (told["found"], told["complete"]) == (True, True)
    assert [user["userId"] for user in told["user"]] == ["anna-id"]
    assert {(i["kind"], i["value"]) for i in told["identities"]} == {
        ("email", MAIL), ("phone", PHONE), ("external", "crm-7"), ("contact", "contact-9"),
    }  # fmt: skip
    assert {row["sessionId"] for row in told["links"]} == {"session-1", "session-2", "session-3"}
    assert Counter(event["type"] for event in told["events"]) == {
        "view": 3, "click": 1, "search": 1, "login": 2, "purchase": 2, "not_interested": 1,
    }  # fmt: skip
    assert "bob" not in str(told)
    assert len(told["views"]) == 2
    assert {p["id"] for p in told["preferences"]} == {"boot", "sneaker"}
    assert [each["listId"] for each in told["lists"]] == ["for-her"]
    assert {c["orderKey"] for c in told["conversion"]} == {"o:order-77"}


async def take_back_and_give_again(client):
    anna = {"userId": "anna-id"}
    whole = await did(client, **anna)
    before = await owners(client, "session-1")
    assert set(before.values()) == {"anna-id"}
    await unlink(client, {"sessionId": "session-1"}, user=anna)
    assert await owners(client, "session-1") == dict.fromkeys(before)
    assert len(await did(client, **anna)) == len(whole) - 2
    await link(client, {"sessionId": "session-1"}, user=anna)
    assert await owners(client, "session-1") == before
    assert await did(client, **anna) == whole


async def assert_bob_is_as_he_was(client):
    whose = "user_of(tenant_id, session_id, user_id, happened_at)"
    for table, condition in (
        ("event", f"{whose} is distinct from 'bob'"),
        ("served_view", "true"),
        ("session_link", "user_id <> 'bob'"),
    ):
        assert not await client.rows(f"select 1 from {table} where session_id = 'session-3' and {condition}")
    assert await owners(client, "session-3") == {"boot": "bob"}
    assert await lately(client, sessionId="session-3", **BOB) == ["boot"]


async def test_only_what_someone_did_is_forgotten_and_who_they_are_stays(client, stores):
    await live(client, stores)
    counted = await totals(client)
    await client.data(HISTORY, key="server", by={"phone": PHONE})
    did_not = ("session-1", "session-2", "visitor-1", "order-77", "secret wish", "event-of-anna")
    assert await found(client, *did_not) == set()
    assert await totals(client) == counted
    anna = await person(client, email=MAIL)
    assert anna["id"] == "anna-id"
    assert {i["kind"] for i in anna["identities"]} == {"email", "phone", "external", "contact"}
    assert {p["id"] for p in anna["preferences"]} == {"boot", "sneaker"}
    assert await did(client, userId="anna-id") == []
    told = (await client.data(EXPORT, key="server", by={"email": MAIL}))["exportUser"]
    assert told["events"] == told["views"] == told["links"] == told["sessions"] == []


async def test_the_night_after_has_nothing_of_them(client, stores, tmp_path):
    await live(client, stores)
    await client.data(ERASE, key="server", by={"email": MAIL})
    days = await client.rows("select day, version from event_day")
    await TrainingStore(stores.db).settle()
    assert await client.rows("select day, version from event_day") != days  # their days are summed up anew


async def test_telling_the_same_again_does_not_bring_anyone_back(client):
    events = [{**looked("boot", n, sessionId="session-1", **ANNA), "id": f"e{n}"} for n in range(3)]
    await tell(client, *events, key="server")
    await client.data(ERASE, key="server", by=ANNA)
    assert (await tell(client, *events, key="server"))["duplicates"] == 3
    assert await person(client, **ANNA) is None
    assert await found(client, "anna", "session-1") == set()


async def test_a_session_and_a_cookie_that_are_nobody_s_can_be_forgotten_too(client):
    await tell(client, view(sessionId="s-a", visitorId="v-a"), {"type": "page_view", "visitorId": "v-a"}, view(sessionId="s-b"))
    told = (await client.data(EXPORT, key="server", by={"visitorId": "v-a"}))["exportUser"]
    assert sorted(e["type"] for e in told["events"]) == ["page_view", "view"]
    await client.data(ERASE, key="server", by={"visitorId": "v-a"})
    assert await found(client, "s-a", "v-a") == set()
    await client.data(ERASE, key="server", by={"sessionId": "s-b"})
    assert await found(client, "s-b") == set()
    assert len(await client.rows("select 1 from event where type = 'view' and product_id = 'boot'")) == 2


@pytest.mark.parametrize("by", [{"sessionId": "no"}, {"visitorId": "no"}, {"userId": "no"}, {"email": "no@shop.example"},
                                {"phone": "46701234567"}, {"contactId": "no"}, {"externalId": "no"}])  # fmt: skip
async def test_of_whom_nothing_is_held_nothing_is_told_and_nothing_forgotten_without_an_error(client, by):
    assert await person(client, **by) is None
    told = (await client.data(EXPORT, key="server", by=by))["exportUser"]
    assert (told.pop("found"), told.pop("complete")) == (False, True)
    assert {"user", "identities", "sessions", "links", "preferences", "lists", "events", "views", "exposures"} < set(told)
    assert not any(told.values())
    await tell(client, view(sessionId="s-a", visitorId="v-a"))
    known = (await client.data(EXPORT, key="server", by={"visitorId": "v-a"}))["exportUser"]
    assert known.keys() - {"found", "complete"} == told.keys()  # the same names, whether or not there is something
    await client.data(ERASE, key="server", by={"visitorId": "v-a"})
    for forget, name in ((ERASE, "eraseUser"), (HISTORY, "deleteEventHistory")):
        assert (await client.data(forget, key="server", by=by))[name]["rows"] == {}
    for query in (EXPORT, ERASE, HISTORY):
        refused = await client.ask(query, key="server", by={"email": "no address"})
        assert refused["errors"][0]["extensions"] == {"code": "BAD_USER_INPUT", "field": "by"}


@pytest.mark.parametrize("forget", [ERASE, HISTORY])
async def test_who_is_not_to_be_followed_is_not_followed_by_any_of_their_ids(client, stores, forget):
    await live(client, stores)
    await client.data(forget, key="server", by={"email": MAIL}, block=True)
    named = [{"sessionId": "session-1"}, {"visitorId": "visitor-1"}, {"userId": "anna-id"}, {"email": "ANNA@shop.example"},
             {"phone": PHONE}, {"externalId": "crm-7"}, {"contactId": "contact-9"}]  # fmt: skip
    events = [looked("lace", n, **{"sessionId": f"new-{n}", **who}) for n, who in enumerate(named)]
    before = await client.rows("select count(*) from event")
    answer = (await client.data(TELL, key="server", events=[*events, view(sessionId="another")]))["recordEvents"]
    assert answer["accepted"] == 1
    assert [(e["index"], e["code"]) for e in answer["errors"]] == [(n, "TRACKING_BLOCKED") for n in range(len(named))]
    claimed = (await client.data(TELL, events=[looked("lace", 0, sessionId="new", userId="anna-id")]))["recordEvents"]
    assert claimed["errors"][0]["code"] == "TRACKING_BLOCKED"
    assert (await client.rows("select count(*) from event"))[0][0] == before[0][0] + 1
    assert not await client.rows("select 1 from visitor_session where session_id like 'new%'")
    shared = await tell(client, looked("wax", 13, sessionId="session-3", **BOB), key="server")  # it was Bob's device too
    assert shared["accepted"] == 1
    await client.data(PAGE, visitor={"sessionId": "session-1"})
    await client.data(PAGE, visitor={"sessionId": "another"})
    for _ in range(1500):
        await asyncio.sleep(0.02)
        if await client.rows("select 1 from served_view where session_id = 'another'"):
            break
    assert not await client.rows("select 1 from served_view where session_id = 'session-1'")
    if forget == HISTORY:
        assert (await person(client, email=MAIL))["trackingBlocked"]
    assert await client.data(ALLOW, key="server", by={"phone": PHONE}) == {"allowTracking": True}
    assert (await tell(client, *events, key="server"))["accepted"] == len(named)
    assert await client.data(ALLOW, key="server", by={"phone": PHONE}) == {"allowTracking": False}


async def test_while_someone_is_forgotten_their_events_go_on_and_nothing_told_before_is_left(client):
    told: list[str] = []
    enough = asyncio.Event()

    async def shop(n):
        for step in range(12):
            event_id = f"e-{n}-{step}"
            receipt = await tell(client, view(id=event_id, sessionId=f"her-{n}", userId="anna", email=MAIL), key="server")
            assert receipt["accepted"] == 1
            told.append(event_id)
            if len(told) == 15:
                enough.set()
            await asyncio.sleep(0.002 * step)

    shopping = [asyncio.create_task(shop(n)) for n in range(6)]
    async with asyncio.timeout(10):
        await enough.wait()
    before = set(told)
    await client.data(ERASE, key="server", by=ANNA)
    left = {row["event_id"] for row in await client.rows("select event_id from event where user_id = 'anna'")}
    assert not before & left
    await asyncio.gather(*shopping)
    left = {row["event_id"] for row in await client.rows("select event_id from event where user_id = 'anna'")}
    assert left
    assert not before & left
    assert len(await client.rows("select 1 from event")) == len(told) == 72
    await client.data(ERASE, key="server", by=ANNA)
    assert await found(client, "anna", "her-", MAIL) == set()


async def test_nobody_is_forgotten_by_a_storefront_s_key(client):
    for query in (EXPORT, ERASE, HISTORY, ALLOW):
        refused = await client.ask(query, by=ANNA)
        assert refused["errors"][0]["extensions"]["code"] == "FORBIDDEN"


async def test_a_shop_without_orders_forgets_many_events_quickly(client):
    now = datetime.now(UTC) - timedelta(hours=3)
    for first in range(0, 4000, 1000):
        await tell(client, *(view(f"p{n}", userId="anna", time=(now + timedelta(seconds=n)).isoformat()) for n in range(first, first + 1000)),
                   key="server")  # fmt: skip
    async with asyncio.timeout(20):
        receipt = (await client.data(ERASE, key="server", by=ANNA))["eraseUser"]
    assert receipt["rows"]["event"] == 4000
