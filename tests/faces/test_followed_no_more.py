"""Who is not to be followed is not followed by what leads to them afterwards either."""

from tests.faces.persons import ANNA, BOB, UPSERT, link, login, looked, person
from tests.faces.test_events import TELL, tell

BLOCK = """mutation ($by: IdentityInput!) { eraseUser(by: $by, blockTracking: true) { id } }"""
HISTORY = BLOCK.replace("eraseUser", "deleteEventHistory")
ALLOW = "mutation ($by: IdentityInput!) { allowTracking(by: $by) }"


async def refused(client, *events, key="server"):
    """The places of the events that are refused because of whom they lead to."""
    answer = (await client.data(TELL, key=key, events=list(events)))["recordEvents"]
    assert {each["code"] for each in answer["errors"]} <= {"TRACKING_BLOCKED"}
    return [each["index"] for each in answer["errors"]]


async def test_ids_that_they_get_after_it_are_refused_too(client):
    await tell(client, looked("boot", 0, sessionId="old", **ANNA), key="server")
    await client.data(HISTORY, key="server", by=ANNA)
    await link(client, {"email": "new@shop.example"})
    await link(client, {"sessionId": "new-session"})
    await link(client, {"visitorId": "new-visitor"})
    await client.data(UPSERT, key="server", users=[{**ANNA, "phone": "46709999999"}])
    events = [
        looked("wax", 1, email="new@shop.example"),
        looked("wax", 2, sessionId="new-session"),
        looked("wax", 3, phone="46709999999"),
        looked("wax", 4, visitorId="new-visitor"),
        looked("wax", 5, sessionId="another", email="new@shop.example"),
        looked("wax", 6, sessionId="bob-session", visitorId="new-visitor", **BOB),
        looked("wax", 7, sessionId="nobody-s"),
    ]
    assert await refused(client, *events) == [0, 1, 2, 3, 4]
    assert await refused(client, events[1], key="storefront") == [0]
    assert not await client.rows("select from event where session_id in ('new-session', 'another')")
    assert await client.data(ALLOW, key="server", by={"email": "new@shop.example"}) == {"allowTracking": True}
    assert await refused(client, *events[:5]) == []


async def test_who_was_erased_and_is_told_of_again_stays_blocked(client):
    await tell(client, looked("boot", 0, sessionId="old", **ANNA), key="server")
    await client.data(BLOCK, key="server", by=ANNA)
    await client.data(UPSERT, key="server", users=[{**ANNA, "email": "new@shop.example"}])
    assert await refused(client, looked("wax", 1, email="new@shop.example"), login(2, sessionId="s", **ANNA)) == [0, 1]
    assert (await person(client, **ANNA))["trackingBlocked"]


async def test_who_shares_a_session_with_them_is_still_told_of(client):
    await tell(client, login(0, sessionId="till", **ANNA), login(10, sessionId="till", **BOB), key="server")
    await client.data(HISTORY, key="server", by=ANNA)
    await link(client, {"sessionId": "till"})
    assert await refused(client, looked("wax", 11, sessionId="till", **BOB)) == []
