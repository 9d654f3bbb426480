"""Any OpenFeature SDK reads our variants, with nothing of ours in it."""

import asyncio
import socket
from contextlib import asynccontextmanager

import pytest
import uvicorn
from openfeature.contrib.provider.ofrep import OFREPProvider
from openfeature.evaluation_context import EvaluationContext
from openfeature.exception import FlagNotFoundError, OpenFeatureError, TargetingKeyMissingError
from openfeature.flag_evaluation import Reason

from gateway.app import create_app
from gateway.settings import Settings
from tests.faces.serving import serving
from tests.faces.test_variants import A, B, place, unit_in
from tests.faces.trying import put_experiment

KEY = {"x-api-key": "secret-storefront"}


@asynccontextmanager
async def really_serving(url, folder):
    """The server on a port of its own."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        server = uvicorn.Server(
            uvicorn.Config(create_app(Settings(database_url=url, data_dir=folder)), log_level="error", lifespan="on")
        )
        running = asyncio.create_task(server.serve([listening]))
        async with asyncio.timeout(20):
            while not server.started:  # noqa: ASYNC110  (it says so in no other way)
                await asyncio.sleep(0.02)
        yield f"http://127.0.0.1:{port}"
        server.should_exit = True
        await running


@pytest.fixture
def post(shop, database_url, tmp_path):
    """Asks a server that knows the experiments that were put before."""

    @asynccontextmanager
    async def opened():
        async with serving(database_url, tmp_path, refresh_seconds=0.2) as client:

            async def send(path="", context=None, headers=KEY, **more):
                return await client.http.post(
                    f"/ofrep/v1/evaluate/flags{path}", json={"context": context or {}, **more}, headers=headers
                )

            send.client = client
            yield send

    return opened


async def test_the_python_provider_reads_flags_from_a_real_server(shop, database_url, tmp_path):
    await put_experiment(database_url, "hero", [A, B])
    await put_experiment(
        database_url, "button", [{"key": "off", "parameters": {"value": False}}, {"key": "on", "parameters": {"value": True}}]
    )
    await put_experiment(database_url, "names", [{"key": "short"}, {"key": "long"}], condition={"visitor.tier": "gold"})
    session = unit_in("hero", 1)
    async with really_serving(database_url, tmp_path) as url:
        provider = OFREPProvider(url, headers_factory=lambda: {"authorization": "Bearer secret-storefront"})
        context = EvaluationContext(session, {"tier": "gold"})
        found = await asyncio.to_thread(provider.resolve_object_details, "hero", {}, context)
        assert (found.value, found.variant, found.reason) == (B["parameters"], "b", Reason.SPLIT)
        assert found.flag_metadata | {"experimentId": ""} == {
            "experimentId": "",
            "inExperiment": True,
            "index": 1,
            "source": "HASH",
        }
        found = await asyncio.to_thread(provider.resolve_boolean_details, "button", False, context)
        assert found.value is bool(place("button", session))
        found = await asyncio.to_thread(provider.resolve_string_details, "names", "none", context)
        assert (found.value, found.reason) == (("short", "long")[place("names", session)], Reason.SPLIT)
        found = await asyncio.to_thread(provider.resolve_string_details, "names", "none", EvaluationContext(session))
        assert (found.value, found.reason) == ("short", Reason.DEFAULT)
        with pytest.raises(FlagNotFoundError, match="nothing"):
            await asyncio.to_thread(provider.resolve_string_details, "nothing", "none", context)
        with pytest.raises(TargetingKeyMissingError):
            await asyncio.to_thread(provider.resolve_string_details, "names", "none", None)
        stranger = OFREPProvider(url)
        with pytest.raises(OpenFeatureError, match="unauthorized"):
            await asyncio.to_thread(stranger.resolve_string_details, "names", "none", context)


async def test_all_flags_come_at_once_and_not_again_while_they_stay_the_same(post, database_url):
    number = await put_experiment(database_url, "hero", [A, B])
    await put_experiment(database_url, "waits", [A, B], status="PAUSED")
    await put_experiment(database_url, "over", [A, B], status="STOPPED", winner="b")
    await put_experiment(database_url, "idea", [A, B], running=False)
    async with post() as send:
        first = await send(context={"targetingKey": "s1"})
        flags = {flag["key"]: flag for flag in first.json()["flags"]}
        assert {key: flag["reason"] for key, flag in flags.items()} == {"hero": "SPLIT", "over": "STATIC", "waits": "DISABLED"}
        assert (flags["over"]["variant"], flags["waits"]["variant"]) == ("b", "a")
        tag = first.headers["etag"]
        for had in (tag, f"W/{tag}", f'"other", {tag}'):
            again = await send(context={"targetingKey": "s1"}, headers={**KEY, "if-none-match": had})
            assert (again.status_code, again.content) == (304, b"")
        assert (
            await send(context={"targetingKey": unit_in("hero", 1 - place("hero", "s1"))}, headers={**KEY, "if-none-match": tag})
        ).status_code == 200
        assert await send.client.rows("select from exposure where experiment_id = $1", number) == []


async def test_a_user_id_of_a_browser_is_nobody_and_a_servers_is_believed(post, database_url):
    await put_experiment(database_url, "people", [A, B], unit="USER")
    async with post() as send:
        assert (await send("/people", {"targetingKey": "ada"})).json()["reason"] == "DEFAULT"
        found = (await send("/people", {"targetingKey": "ada"}, {"authorization": "Bearer secret-server"})).json()
        assert (found["reason"], found["metadata"]["index"]) == ("SPLIT", place("people", "ada"))


async def test_conditions_read_what_the_context_says(post, database_url):
    await put_experiment(database_url, "aimed", [A, B], condition={
        "market": "se", "device": "desktop", "pageType": "item", "visitor.age": {"$gte": 18}, "context.tags": {"$in": ["x"]}})  # fmt: skip
    context = {
        "targetingKey": "s1",
        "market": "se",
        "pageType": "ITEM",
        "age": 20,
        "tags": ["x"],
        "userAgent": "Mozilla/5.0 (X11; Linux x86_64)",
    }
    async with post() as send:
        assert (await send("/aimed", context)).json()["reason"] == "SPLIT"
        assert (await send("/aimed", {**context, "age": 17})).json()["reason"] == "DEFAULT"
        assert (await send("/aimed", {**context, "age": "20"})).json()["reason"] == "DEFAULT"
        nested = {name: value for name, value in context.items() if name not in ("age", "tags")}
        nested |= {"visitor": {"age": 20}, "context": {"tags": "x"}}
        assert (await send("/aimed", nested)).json()["reason"] == "SPLIT"


async def test_a_long_agent_address_or_pass_is_taken_as_it_is_of_a_page(post, database_url):
    await put_experiment(database_url, "aimed", [A, B], condition={"device": "mobile", "referrer": {"$regex": "^news.example/"}})
    agent = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Mobile " + "x" * 400
    came = {"userAgent": agent, "referrer": "https://news.example/offers?" + "q" * 3000}
    async with post() as send:
        assert (await send("/aimed", {"targetingKey": "s1", **came})).json()["reason"] == "SPLIT"
        assert (await send("/aimed", {"targetingKey": "s1", **came, "previewToken": "x" * 2000})).json()["reason"] == "SPLIT"
        assert (await send("/aimed", {"targetingKey": "s" * 300, **came})).status_code == 400


@pytest.mark.parametrize(
    ("context", "code", "says"),
    [
        ({}, "TARGETING_KEY_MISSING", "targetingKey"),
        ({"targetingKey": ""}, "TARGETING_KEY_MISSING", "targetingKey"),
        ({"targetingKey": 5}, "INVALID_CONTEXT", "context.targetingKey: must be a text"),
        ({"targetingKey": "a\0b"}, "INVALID_CONTEXT", "NUL"),
        ({"targetingKey": "s1", "market": "xx"}, "INVALID_CONTEXT", "there is no market"),
        ({"targetingKey": "s1", "pageType": "moon"}, "INVALID_CONTEXT", "must be one of"),
        ({"targetingKey": "s1", "productIds": "boot"}, "INVALID_CONTEXT", "list of ids"),
        ({"targetingKey": "s1", "visitor": []}, None, None),
        ({"targetingKey": "s1", "visitor": ["x"]}, "INVALID_CONTEXT", "must be an object"),
        ({"targetingKey": "s1", "more": "x" * 5000}, "INVALID_CONTEXT", "4096 bytes"),
        ({"userToken": "nonsense"}, "INVALID_CONTEXT", "userToken"),
    ],
)
async def test_what_cannot_be_evaluated_is_refused_as_the_protocol_says(post, database_url, context, code, says):
    await put_experiment(database_url, "hero", [A, B])
    async with post() as send:
        for path in ("/hero", ""):
            answer = await send(path, context)
            if code is None:
                assert answer.status_code == 200
                continue
            assert (answer.status_code, answer.json()["errorCode"]) == (400, code)
            assert says in answer.json()["errorDetails"]
            assert answer.json().get("key") == (path[1:] or None)
        broken = await send.client.http.post("/ofrep/v1/evaluate/flags/hero", content=b"{", headers=KEY)
        assert (broken.status_code, broken.json()["errorCode"]) == (400, "PARSE_ERROR")
        listed = await send.client.http.post("/ofrep/v1/evaluate/flags/hero", content=b"[]", headers=KEY)
        assert (listed.status_code, listed.json()["errorCode"]) == (400, "PARSE_ERROR")


async def test_a_key_is_needed_and_a_browser_may_ask_from_the_shops_pages(post, database_url):
    await put_experiment(database_url, "hero", [A, B])
    async with post() as send:
        assert (await send("/hero", {"targetingKey": "s1"}, {})).status_code == 401
        assert (await send("/hero", {"targetingKey": "s1"}, {**KEY, "origin": "https://evil.example"})).status_code == 403
        asked = {"origin": "https://shop.example", "access-control-request-method": "POST"}
        preflight = await send.client.http.options("/ofrep/v1/evaluate/flags", headers=asked)
        assert "if-none-match" in preflight.headers["access-control-allow-headers"]
        answer = await send("", {"targetingKey": "s1"}, {**KEY, "origin": "https://shop.example"})
        assert "etag" in answer.headers["access-control-expose-headers"]
        token = await send.client.data('mutation { createPreviewToken(experiment: "hero", variant: "b") { token } }', "preview")
        forced = await send("/hero", {"targetingKey": "s1", "previewToken": token["createPreviewToken"]["token"]})
        assert (forced.json()["reason"], forced.json()["variant"]) == ("TARGETING_MATCH", "b")
