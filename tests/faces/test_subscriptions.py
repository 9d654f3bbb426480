"""Subscriptions over WebSocket: results as they change, events as they come in."""

import asyncio

import pytest

from tests.faces.experiments import started
from tests.faces.listening import PATIENCE, Served, served

EVENTS = """subscription ($types: [String!]) { events(types: $types) {
  id type sessionId userId productId unitPrice { minorUnits currency } orderId properties skipped } }"""
RESULT = 'subscription { experimentResult(key: "similar") { look experiment { key status } exposures { variant units } } }'
TELL = "mutation ($events: [EventInput!]!) { recordEvents(events: $events) { accepted errors { message } } }"


@pytest.fixture
async def there(shop, database_url, tmp_path):
    async with served(database_url, tmp_path) as server:
        yield server


async def tell(there: Served, *events: dict[str, object]) -> None:
    found = await there.client.data(
        TELL, "server", events=[{"sessionId": "s1", "type": "view", "productId": "boot"} | e for e in events]
    )
    assert found["recordEvents"]["accepted"] == len(events)


async def began(there: Served, line, query: str = EVENTS, **variables) -> None:
    """The operation has looked for the first time, after which whatever comes in is news."""
    before = there.arrivals.listeners
    await line.subscribe(query, **variables)
    await there.arrivals.looked(before + 1)


async def test_events_are_told_as_they_come_in_each_once_with_whole_ids(there):
    async with there.admitted("server") as line:
        await tell(there, {"id": "before"})
        await began(there, line)
        await tell(there, {"id": "e1", "userId": "anna", "properties": {"a": 1}})
        first = await line.hear()
        assert first == {"id": "1", "type": "next", "payload": {"data": {"events": {
            "id": "e1", "type": "view", "sessionId": "s1", "userId": "anna", "productId": "boot", "unitPrice": None, "orderId": None,
            "properties": {"a": 1}, "skipped": 0}}}}  # fmt: skip
        await tell(there, {"id": "e2"}, {"id": "e3"})
        assert {(await line.hear())["payload"]["data"]["events"]["id"] for _ in range(2)} == {"e2", "e3"}
        assert await line.silent(0.5)


async def test_an_order_told_whole_is_told_line_by_line(there):
    async with there.admitted("server") as line:
        await began(there, line, types=["purchase"])
        price = {"minorUnits": 500, "currency": "SEK"}
        lines = [
            {"productId": "boot", "quantity": 1, "unitPrice": price},
            {"productId": "lace", "quantity": 2, "unitPrice": price},
        ]
        await tell(there, {"type": "view"}, {"type": "purchase", "productId": None, "orderId": "o1", "lines": lines})
        told = [(await line.hear())["payload"]["data"]["events"] for _ in range(2)]
        assert [(each["productId"], each["orderId"], each["unitPrice"]) for each in told] == [
            ("boot", "o1", price),
            ("lace", "o1", price),
        ]


async def test_what_is_committed_late_is_told_all_the_same(there):
    """A batch has its number before it is committed: a later one may be there first."""
    async with there.admitted("server") as line:
        await began(there, line)
        await there.client.rows("select nextval('event_batch_number')")
        await tell(there, {"id": "second"})
        assert (await line.hear())["payload"]["data"]["events"]["id"] == "second"
        await there.client.rows("""
            insert into event (tenant_id, event_id, type, happened_at, session_id, scope, batch_id)
            select 'acme', 'first', 'view', now(), 's1', 'SERVER', last_value - 1 from event_batch_number""")
        assert (await line.hear())["payload"]["data"]["events"]["id"] == "first"
        assert await line.silent(0.5)


async def test_whoever_cannot_keep_up_hears_the_newest_and_how_many_were_left_out(there, monkeypatch):
    monkeypatch.setattr("gateway.services.hearing.tail.MOST", 3)
    async with there.admitted("server") as line:
        await began(there, line)
        await tell(there, *({"id": f"e{n}"} for n in range(10)))
        told = [(await line.hear())["payload"]["data"]["events"] for _ in range(3)]
        assert [each["skipped"] for each in told] == [7, 0, 0]
        await tell(there, {"id": "next"})
        assert (await line.hear())["payload"]["data"]["events"]["id"] == "next"


async def test_another_tenants_events_are_nobodys_business(there, stores):
    async with there.admitted("server") as line:
        await began(there, line)
        await there.client.rows("""
            with other as (insert into tenant (tenant_id, name) values ('other', 'Other') returning tenant_id)
            insert into event (tenant_id, event_id, type, happened_at, session_id, scope, batch_id)
            select tenant_id, 'theirs', 'view', now(), 's1', 'SERVER', nextval('event_batch_number') from other""")
        assert await line.silent(0.5)


async def test_a_result_is_told_at_once_and_again_only_when_it_changes(there):
    await started(there.client)
    async with there.admitted() as line:
        await line.subscribe(RESULT)
        first = (await line.hear())["payload"]["data"]["experimentResult"]
        assert first == {"look": 0, "experiment": {"key": "similar", "status": "RUNNING"},
                         "exposures": [{"variant": "control", "units": 0}, {"variant": "viewed", "units": 0}]}  # fmt: skip
        assert await line.silent(0.7)
        await there.client.rows("""
            insert into experiment_day select experiment_id, 1, 0, 1, current_date, 7 from experiment;
            """)
        await there.client.rows("""
            insert into experiment_total
            select (jsonb_populate_record(null::experiment_total, shape || jsonb_build_object(
                'experiment_id', experiment_id, 'phase', 1, 'policy', 0, 'variant', 1, 'segment', '', 'value', '', 'closed', false,
                'metric', 'conversion', 'n', 7, 'y', 1, 'yy', 1))).*
            from experiment,
                 (select jsonb_object_agg(attname, 0) as shape from pg_attribute
                  where attrelid = 'experiment_total'::regclass and attnum > 0) as sums""")
        again = (await line.hear())["payload"]["data"]["experimentResult"]
        assert again["exposures"] == [{"variant": "control", "units": 0}, {"variant": "viewed", "units": 7}]
        await there.client.data('mutation { pauseExperiment(key: "similar") { status } }', "admin")
        assert (await line.hear())["payload"]["data"]["experimentResult"]["experiment"]["status"] == "PAUSED"


async def test_completing_frees_the_seat_and_so_does_going_away(there):
    seats = there.gateway.broadcaster.seats
    async with there.admitted("server") as line:
        await began(there, line)
        await line.say(type="complete", id="1")
        await until_free(seats)
        await began(there, line)
    await until_free(seats)


async def until_free(seats) -> None:
    async with asyncio.timeout(PATIENCE):
        while seats.taken:  # noqa: ASYNC110  (seats tell nobody)
            await asyncio.sleep(0.01)


async def test_a_revoked_key_hears_no_more(there):
    async with there.admitted("server") as line:
        await began(there, line)
        [key] = [
            each for each in (await there.client.data("{ apiKeys { id name } }", "admin"))["apiKeys"] if each["name"] == "server"
        ]
        await there.client.data("mutation ($id: ID!) { revokeApiKey(id: $id) { id } }", "admin", id=key["id"])
        said = await line.hear()
        assert (said["type"], said["payload"]["errors"][0]["extensions"]) == ("next", {"code": "UNAUTHENTICATED"})
        assert await line.hear() == {"id": "1", "type": "complete"}
        await until_free(there.gateway.broadcaster.seats)
