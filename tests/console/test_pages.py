"""What the pages do without a browser: who may, what counts, what is refused."""

import hashlib

import pytest

from gateway.domain.tenant import Scope
from gateway.store.keys import NewKey
from tests.faces.serving import serving

HERE = {"origin": "http://gateway"}


@pytest.fixture
async def client(shop, stores, database_url, tmp_path):
    for name, scopes in (("analyst", {Scope.ANALYST}), ("boss", {Scope.ANALYST, Scope.ADMIN})):
        await stores.keys.add(shop.tenant_id, NewKey(name, hashlib.sha256(f"secret-{name}".encode()).digest(), frozenset(scopes)))
    async with serving(database_url, tmp_path) as client:
        yield client


async def enter(client, name: str = "boss"):
    await client.http.post("/console/login", data={"key": f"secret-{name}"})
    return client.http


FORM = {
    "name": "Newest first", "key": "newest", "placements": "home_page.top", "unit": "SESSION", "coverage": "100", "mode": "ALWAYS_VALID",
    "goals": "conversion", "alpha": "5", "variants.0.key": "control", "variants.0.weight": "50", "variants.1.key": "new",
    "variants.1.weight": "50", "variants.1.strategies.0": "NEW_ARRIVALS", "variants.1.strategies.1": "BESTSELLERS",
    "guardrails.0.metric": "revenue_per_unit", "guardrails.0.margin": "2,5", "conversionWindowHours": "48",
}  # fmt: skip


async def test_the_form_says_what_the_api_would(client):
    http = await enter(client)
    answer = await http.post("/console/draft", data=FORM, headers=HERE)
    assert (answer.status_code, answer.headers["location"]) == (303, "/console/experiments/newest")
    found = await client.data(
        """{ experiment(key: "newest") { name goals mode conversionWindowHours guardrails { metric margin }
             variants { key weight parameters } } }""",
        "admin",
    )
    assert found["experiment"] == {
        "name": "Newest first",
        "goals": ["conversion"],
        "mode": "ALWAYS_VALID",
        "conversionWindowHours": 48,
        "guardrails": [{"metric": "revenue_per_unit", "margin": 0.025}],
        "variants": [
            {"key": "control", "weight": 0.5, "parameters": {}},
            {"key": "new", "weight": 0.5, "parameters": {"strategies": ["NEW_ARRIVALS", "BESTSELLERS"]}},
        ],
    }


async def test_a_form_that_is_kept_as_it_was_changes_nothing(client):
    http = await enter(client)
    await http.post("/console/draft", data=FORM, headers=HERE)
    before = await client.rows("select version, variants, guardrails from experiment")
    answer = await http.post("/console/experiments/newest/edit", data={**FORM, "seen": "1"}, headers=HERE)
    assert answer.status_code == 303
    assert await client.rows("select version, variants, guardrails from experiment") == before


@pytest.mark.parametrize("origin", [{}, {"origin": "https://evil.example"}, {"origin": "null"}, {"origin": "http://["}])
async def test_a_form_of_another_site_does_nothing(client, origin):
    http = await enter(client)
    assert (await http.post("/console/draft", data=FORM, headers=origin)).status_code == 403
    assert not await client.rows("select from experiment")


@pytest.mark.parametrize("page", ["draft", "experiments/newest/edit", "experiments/newest/start", "experiments/newest/archive"])
async def test_who_only_looks_changes_nothing_whatever_they_look_with(client, page):
    """HEAD is answered wherever GET is, and any site may send it with the cookie."""
    http = await enter(client)
    await http.post("/console/draft", data=FORM, headers=HERE)
    before = [tuple(row) for row in await client.rows("select key, status, version from experiment")]
    for method in ("HEAD", "OPTIONS", "PUT"):
        await http.request(method, f"/console/{page}", headers={"origin": "https://evil.example"})
    assert [tuple(row) for row in await client.rows("select key, status, version from experiment")] == before


async def test_a_key_without_admin_changes_nothing(client):
    await (await enter(client)).post("/console/draft", data=FORM, headers=HERE)
    http = await enter(client, "analyst")
    for path in (
        "/console/draft",
        "/console/experiments/newest/edit",
        "/console/experiments/newest/start",
        "/console/experiments/newest/archive",
    ):
        answer = await http.post(path, data=FORM, headers=HERE)
        assert answer.status_code == 403
        assert "this needs a key with the scope ADMIN" in answer.text
    [row] = await client.rows("select status, version from experiment")
    assert tuple(row) == ("DRAFT", 1)


async def test_who_did_it_stands_in_the_log(client):
    http = await enter(client)
    await http.post("/console/draft", data=FORM, headers=HERE)
    await http.post("/console/experiments/newest/start", data={"seen": "1"}, headers=HERE)
    entries = await client.rows("select actor, action from audit_log where action like 'experiment.%' order by 2")
    assert [tuple(each) for each in entries] == [("boss", "experiment.create"), ("boss", "experiment.start")]


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"plannedUnits": "many"}, "plannedUnits"),
        ({"coverage": "all"}, "coverage"),
        ({"variants.1.parameters": "[1]"}, "variants.1.parameters"),
        ({"variants.1.weight": "x"}, "variants.1.weight"),
        ({"variants.1.key": "control"}, "variants.1.key"),
        ({"guardrails.0.margin": "200"}, "guardrails.0.margin"),
        ({"goals": "no_such_metric"}, "goals"),
        ({"condition": '{"$regex": 1}'}, "condition"),
        ({"plannedEnd": "soon"}, "plannedEnd"),
        ({"name": ""}, "name"),
        ({"placements": "nowhere"}, "placements"),
    ],
)
async def test_each_fault_is_said_beside_its_field(client, told, field):
    http = await enter(client)
    answer = await http.post("/console/draft", data={**FORM, **told}, headers=HERE)
    assert answer.status_code in (400, 413)
    assert f'id="{field}-fault"' in answer.text, answer.text[-3000:]
    assert not await client.rows("select from experiment")


async def test_what_is_looked_at_here_counts_nowhere(client):
    http = await enter(client, "analyst")
    told = {"placement": "home_page.top", "market": "se", "who": "somebody"}
    answer = await http.get("/console/preview", params=told)
    assert answer.status_code == 200
    assert "Vinterkänga" in answer.text
    views = await client.rows("select from served_view where not preview")
    assert not views


@pytest.mark.parametrize("told", [{"market": "nowhere"}, {"at": "yesterday"}, {"placement": "no.such"}, {"forced": "no:variant"}])
async def test_a_preview_that_cannot_be_says_why(client, told):
    http = await enter(client)
    answer = await http.get("/console/preview", params={"placement": "home_page.top", **told})
    assert answer.status_code == 400
    assert 'role="alert"' in answer.text


async def test_the_tail_shows_what_was_told_shortens_who_and_keeps_tenants_apart(client):
    record = """mutation { recordEvents(events: [{id: "e1", type: "view", productId: "boot", sessionId: "quite-a-long-session"}]) { accepted } }"""
    await client.data(record, "server")
    http = await enter(client, "analyst")
    tail = (await http.get("/console/events/tail")).text
    assert "boot" in tail
    assert "session quite…ion" in tail
    assert "quite-a-long" not in tail
    assert "boot" not in (await http.get("/console/events/tail?type=purchase")).text
    await client.rows("update event set tenant_id = 'other'")
    assert "boot" not in (await http.get("/console/events/tail")).text


async def test_pages_that_are_not_there_say_so_in_html(client):
    http = await enter(client)
    for path in (
        "/console/experiments/none",
        "/console/experiments/none/start",
        "/console/experiments/none/edit",
        "/console/experiments/none/result.csv",
    ):
        answer = await http.get(path)
        assert answer.status_code == 404
        assert "<h1>" in answer.text


@pytest.mark.parametrize(
    "path",
    ["/console/experiments", "/console/draft", "/console/planner", "/console/preview", "/console/events", "/console/events/tail"],
)
async def test_nobody_looks_without_a_badge(client, path):
    answer = await client.http.get(path)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/console/login")


async def test_the_planner_reads_what_is_missing_from_what_is_told(client):
    http = await enter(client, "analyst")
    asked = {
        "metric": "revenue_per_unit",
        "lift": "5",
        "baseline": "10000",
        "deviation": "30000",
        "per_day": "5000",
        "variants": "3",
    }
    answer = await http.get("/console/planner", params=asked)
    assert answer.status_code == 200
    assert answer.text.count("<tr>") == 2 + 3 + 6
    for wrong in (
        {"lift": "x"},
        {"lift": "0"},
        {"variants": "1"},
        {"metric": "none"},
        {"unit": "CAT"},
        {"alpha": "99"},
        {"per_day": "nan"},
    ):
        refused = await http.get("/console/planner", params={**asked, **wrong})
        assert refused.status_code == 400, wrong
        assert 'role="alert"' in refused.text


async def test_the_file_of_a_result_has_the_names_of_the_api(client):
    http = await enter(client)
    await http.post("/console/draft", data=FORM, headers=HERE)
    await http.post("/console/experiments/newest/start", data={"seen": "1"}, headers=HERE)
    answer = await http.get("/console/experiments/newest/result.csv")
    assert answer.headers["content-disposition"] == 'attachment; filename="newest.csv"'
    assert answer.text.startswith("experiment,asOf,segment,metric,role,margin,variant,units,")
    page = await http.get("/console/experiments/newest")
    assert "nobody has been exposed yet" in page.text
