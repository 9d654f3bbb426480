"""Exposures that happened elsewhere: told over GraphQL and REST, analysed like our own."""

from datetime import UTC, datetime, timedelta

from tests.faces.experiments import create, led, started, stopped

RECORD = """mutation ($exposures: [ExposureInput!]!) {
  recordExposures(exposures: $exposures) { accepted duplicates errors { index field code message } } }"""
NOW = datetime.now(UTC)
SERVER = {"authorization": "Bearer secret-server"}


async def tell(client, *exposures, by: str = "server"):
    return (await client.data(RECORD, by, exposures=list(exposures)))["recordExposures"]


def told(session: str = "s1", variant: str | None = "control", **said):
    return {"experiment": "similar", "variant": variant, "visitor": {"sessionId": session}, **said}


async def rows(client):
    query = "select unit, variant, source, multiple, apart, propensity, exposed_at from exposure order by unit"
    return [dict(row) for row in await client.rows(query)]


async def test_each_exposure_is_kept_once_whichever_way_it_is_told(client):
    await started(client)
    moment = (NOW - timedelta(days=3)).isoformat()
    first = await tell(client, told(time=moment, propensity=0.5), told("s2", None, splitGroup="viewed"))
    assert first == {"accepted": 2, "duplicates": 0, "errors": []}
    answer = await client.http.post(
        "/v1/exposures", headers=SERVER, json={"exposures": [told(time=moment, propensity=0.5), told("s3")]}
    )
    assert answer.json() == {"accepted": 1, "duplicates": 1, "errors": [], "warnings": []}
    kept = await rows(client)
    assert [(each["unit"], each["variant"], each["source"]) for each in kept] == [
        ("s1", 0, "EXTERNAL"), ("s2", 1, "EXTERNAL"), ("s3", 0, "EXTERNAL"),
    ]  # fmt: skip
    assert (kept[0]["propensity"], kept[0]["exposed_at"].isoformat()) == (0.5, moment)


async def test_of_two_moments_the_earlier_counts_and_a_second_variant_is_noticed(client):
    await started(client)
    early, late = (NOW - timedelta(hours=3)).isoformat(), (NOW - timedelta(hours=1)).isoformat()
    assert (await tell(client, told(time=late)))["accepted"] == 1
    assert (await tell(client, told(time=early, variant="viewed")))["accepted"] == 1
    [kept] = await rows(client)
    assert (kept["variant"], kept["exposed_at"].isoformat(), kept["multiple"]) == (1, early, True)


async def test_each_row_is_refused_by_itself_and_says_what_would_be_right(client):
    await started(client)
    future = (NOW + timedelta(days=1)).isoformat()
    said = await tell(
        client, told(variant="third"), told(variant=None), {**told(), "experiment": "other"}, told(time=future), told(propensity=0),
        {**told(), "visitor": {"visitorId": "cookie"}}, told(),
    )  # fmt: skip
    assert said["accepted"] == 1
    assert [(each["index"], each["field"], each["code"]) for each in said["errors"]] == [
        (0, "variant", "UNKNOWN_VARIANT"), (1, "variant", "MISSING"), (2, "experiment", "UNKNOWN_EXPERIMENT"),
        (3, "time", "TIME_IN_FUTURE"), (4, "propensity", "OUT_OF_RANGE"), (5, "visitor.sessionId", "MISSING"),
    ]  # fmt: skip
    assert "it has control, viewed" in said["errors"][0]["message"]


async def test_a_draft_takes_none_and_what_was_stopped_takes_its_past(client):
    await create(client)
    [error] = (await tell(client, told()))["errors"]
    assert (error["field"], error["code"]) == ("experiment", "NOT_STARTED")
    await led(client, "start")
    await stopped(client)
    before, after = (NOW - timedelta(days=1)).isoformat(), datetime.now(UTC).isoformat()
    said = await tell(client, told(time=before), told("s2", time=after))
    assert said["accepted"] == 1
    assert [(each["index"], each["code"]) for each in said["errors"]] == [(1, "AFTER_THE_END")]


async def test_a_browser_tells_no_exposures(client):
    await started(client)
    answer = await client.ask(RECORD, "storefront", exposures=[told()])
    assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"


async def test_rest_says_of_each_row_what_cannot_be_read(client):
    await started(client)
    answer = await client.http.post(
        "/v1/exposures", headers=SERVER, json=[{"experiment": "similar"}, {**told(), "oops": 1}, told()]
    )
    said = answer.json()
    assert said["accepted"] == 1
    assert [(each["field"], each["code"]) for each in said["errors"]] == [("visitor", "MISSING"), ("oops", "UNKNOWN_FIELD")]
    broken = await client.http.post("/v1/exposures", headers=SERVER, content=b"{")
    assert broken.status_code == 400
