"""Sessions become somebody's and are taken back, and two people on one device stay two."""

from tests.faces.persons import ANNA, BOB, NEWEST, SET, UNLINK, did, lately, link, login, looked, owners, unlink
from tests.faces.test_events import tell, view
from tests.faces.test_graphql import shown


async def test_a_login_brings_what_came_before_it_in_the_very_next_answer(client):
    await tell(client, looked("boot", 0, sessionId="s1"), looked("wax", 1, sessionId="s1"))
    assert await lately(client, **ANNA) == []
    await tell(client, login(2, sessionId="s1", **ANNA), key="server")
    assert await lately(client, **ANNA) == ["wax", "boot"]
    assert await did(client, **ANNA) == ["wax", "boot"]


async def test_two_people_on_one_device_stay_two(client):
    await tell(
        client,
        looked("boot", 0, sessionId="s1"),
        login(1, sessionId="s1", **ANNA),
        looked("sneaker", 2, sessionId="s1", **ANNA),
        looked("lace", 3, sessionId="s1"),
        login(4, sessionId="s1", **BOB),
        looked("wax", 5, sessionId="s1"),
        key="server",
    )
    assert await owners(client) == {"boot": "anna", "sneaker": "anna", "lace": "bob", "wax": "bob"}
    assert await lately(client, sessionId="s1", **BOB) == ["wax", "lace"]
    assert await lately(client, sessionId="s1", **ANNA) == ["sneaker", "boot"]
    assert await lately(client, sessionId="elsewhere", **BOB) == ["wax", "lace"]
    assert await lately(client, sessionId="s1", key="storefront") == ["wax", "lace"]  # bob has the device now
    assert await did(client, **ANNA) == ["sneaker", "boot"]


async def test_who_asks_in_somebody_else_s_session_gets_nothing_of_theirs(client):
    await tell(client, looked("boot", 0, sessionId="s1"), login(1, sessionId="s1", **ANNA), key="server")
    assert await lately(client, sessionId="s1", **BOB) == []
    await tell(client, looked("wax", 0, sessionId="s2"))
    assert await lately(client, sessionId="s2", **BOB) == ["wax"]  # nobody's yet: theirs who asks


async def test_what_someone_never_wants_to_see_is_not_kept_from_the_next_on_their_device(client):
    async def newest(**visitor):
        return shown((await client.data(NEWEST, key="server", visitor=visitor))["recommend"])

    await client.data(SET, key="server", by={"sessionId": "s1"}, id="boot")
    await tell(client, {"type": "login", "sessionId": "s1", **ANNA}, key="server")
    assert "boot" not in await newest(sessionId="s1", **ANNA)
    assert "boot" not in await newest(sessionId="s9", **ANNA)
    assert "boot" in await newest(sessionId="s1", **BOB)
    await tell(client, {"type": "login", "sessionId": "s1", **BOB}, key="server")
    assert "boot" in await newest(sessionId="s1")


async def test_a_session_that_is_taken_back_and_given_again_takes_its_past_with_it_both_times(client):
    await tell(client, looked("boot", 0, sessionId="s1"), looked("wax", 1, sessionId="s1", **ANNA), key="server")
    left = await unlink(client, {"sessionId": "s1"})
    assert left == {"id": "anna", "identities": []}
    assert await owners(client) == {"boot": None, "wax": "anna"}  # what was told of her is hers
    assert await lately(client, sessionId="s9", **ANNA) == ["wax"]
    assert await lately(client, sessionId="s1", **ANNA) == ["wax"]
    again = await link(client, {"sessionId": "s1"})
    assert again["identities"] == [{"kind": "session", "value": "s1"}]
    assert await owners(client) == {"boot": "anna", "wax": "anna"}
    assert await lately(client, **ANNA) == ["wax", "boot"]
    refused = await client.ask(UNLINK, key="server", user=BOB, identity={"sessionId": "s1"})
    assert refused["errors"][0]["extensions"] == {"code": "BAD_USER_INPUT", "field": "user"}


async def test_only_a_login_after_the_unlinking_links_again_and_only_what_came_after(client):
    await tell(client, looked("boot", 0, sessionId="s1"), login(1, sessionId="s1", **ANNA), key="server")
    await unlink(client, {"sessionId": "s1"})
    await tell(client, looked("sneaker", 2, sessionId="s1", **ANNA), key="server")  # told late: it was before
    assert await owners(client) == {"boot": None, "sneaker": "anna"}
    await tell(client, view("lace"))
    await tell(client, {"type": "login", "sessionId": "s1", **ANNA}, key="server")
    assert await owners(client) == {"boot": None, "sneaker": "anna", "lace": "anna"}


async def test_a_login_told_late_moves_the_moment_back(client):
    await tell(client, looked("boot", 0, sessionId="s1"), login(9, sessionId="s1", **BOB), key="server")
    assert await owners(client) == {"boot": "bob"}
    await tell(client, login(1, sessionId="s1", **ANNA), key="server")
    assert await owners(client) == {"boot": "anna"}


async def test_earlier_sessions_of_the_same_cookie_come_with_a_login(client):
    device = {"visitorId": "v1"}
    await tell(client, looked("boot", 0, sessionId="s1", **device), looked("wax", 1, sessionId="s2", **device))
    await tell(client, looked("lace", 2, sessionId="s3", **device), login(3, sessionId="s3", **device, **ANNA), key="server")
    assert await lately(client, **ANNA) == ["lace", "wax", "boot"]
    await tell(client, looked("sneaker", 4, sessionId="s4", **device))
    assert await owners(client, "s4") == {"sneaker": None}  # a later session is nobody's until a login
    await tell(client, login(5, sessionId="s5", **device, **BOB), key="server")
    assert await owners(client, "s4") == {"sneaker": None}  # two people have had the cookie


async def test_a_cookie_of_two_people_brings_nothing_even_where_both_log_in_at_once(client):
    device = {"visitorId": "v1"}
    await tell(client, looked("boot", 0, sessionId="s1", **device))
    await tell(client, login(1, sessionId="s2", **device, **ANNA), login(1, sessionId="s3", **device, **BOB), key="server")
    assert await owners(client, "s1") == {"boot": None}


async def test_a_cookie_that_the_shop_links_brings_its_sessions_and_those_to_come(client):
    device = {"visitorId": "v1"}
    await tell(client, looked("boot", 0, sessionId="s1", **device))
    await link(client, device)
    assert await lately(client, **ANNA) == ["boot"]
    await tell(client, looked("wax", 1, sessionId="s2", **device))
    assert await lately(client, **ANNA) == ["wax", "boot"]
    assert await lately(client, sessionId="new", **device) == ["wax", "boot"]
    await unlink(client, device)
    assert await lately(client, **ANNA) == []
    assert (await link(client, device))["identities"][0] == {"kind": "visitor", "value": "v1"}
    assert await lately(client, **ANNA) == ["wax", "boot"]
