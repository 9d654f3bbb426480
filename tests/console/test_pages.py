"""What the pages do without a browser: who may, what counts, what is refused."""

import html
import re

import pytest

from gateway.console.wording import in_page_words
from tests.console.visiting import FORM, HERE, enter


async def test_the_form_says_what_the_api_would(staffed):
    http = await enter(staffed)
    answer = await http.post("/console/draft", data=FORM, headers=HERE)
    assert (answer.status_code, answer.headers["location"]) == (303, "/console/experiments/newest")
    found = await staffed.data(
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


async def test_a_form_that_is_kept_as_it_was_changes_nothing(staffed):
    http = await enter(staffed)
    await http.post("/console/draft", data=FORM, headers=HERE)
    before = await staffed.rows("select version, variants, guardrails from experiment")
    answer = await http.post("/console/experiments/newest/edit", data={**FORM, "seen": "1"}, headers=HERE)
    assert answer.status_code == 303
    assert await staffed.rows("select version, variants, guardrails from experiment") == before


@pytest.mark.parametrize("origin", [{}, {"origin": "https://evil.example"}, {"origin": "null"}, {"origin": "http://["}])
async def test_a_form_of_another_site_does_nothing(staffed, origin):
    http = await enter(staffed)
    assert (await http.post("/console/draft", data=FORM, headers=origin)).status_code == 403
    assert not await staffed.rows("select from experiment")


@pytest.mark.parametrize("page", ["draft", "experiments/newest/edit", "experiments/newest/start", "experiments/newest/archive"])
async def test_who_only_looks_changes_nothing_whatever_they_look_with(staffed, page):
    """HEAD is answered wherever GET is, and any site may send it with the cookie."""
    http = await enter(staffed)
    await http.post("/console/draft", data=FORM, headers=HERE)
    before = [tuple(row) for row in await staffed.rows("select key, status, version from experiment")]
    for method in ("HEAD", "OPTIONS", "PUT"):
        await http.request(method, f"/console/{page}", headers={"origin": "https://evil.example"})
    assert [tuple(row) for row in await staffed.rows("select key, status, version from experiment")] == before


async def test_a_key_without_admin_changes_nothing(staffed):
    await (await enter(staffed)).post("/console/draft", data=FORM, headers=HERE)
    http = await enter(staffed, "analyst")
    for path in (
        "/console/draft",
        "/console/experiments/newest/edit",
        "/console/experiments/newest/start",
        "/console/experiments/newest/archive",
    ):
        answer = await http.post(path, data=FORM, headers=HERE)
        assert answer.status_code == 403
        assert "this needs a key with the scope ADMIN" in answer.text
    [row] = await staffed.rows("select status, version from experiment")
    assert tuple(row) == ("DRAFT", 1)


async def test_who_did_it_stands_in_the_log(staffed):
    http = await enter(staffed)
    await http.post("/console/draft", data=FORM, headers=HERE)
    await http.post("/console/experiments/newest/start", data={"seen": "1"}, headers=HERE)
    entries = await staffed.rows("select actor, action from audit_log where action like 'experiment.%' order by 2")
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
async def test_each_fault_is_said_beside_its_field(staffed, told, field):
    http = await enter(staffed)
    answer = await http.post("/console/draft", data={**FORM, **told}, headers=HERE)
    assert answer.status_code in (400, 413)
    assert f'id="{field}-fault"' in answer.text, answer.text[-3000:]
    assert not await staffed.rows("select from experiment")


async def test_what_is_looked_at_here_counts_nowhere(staffed):
    http = await enter(staffed, "analyst")
    told = {"placement": "home_page.top", "market": "se", "who": "somebody"}
    answer = await http.get("/console/preview", params=told)
    assert answer.status_code == 200
    assert "Vinterkänga" in answer.text
    views = await staffed.rows("select from served_view where not preview")
    assert not views


@pytest.mark.parametrize("told", [{"market": "nowhere"}, {"at": "yesterday"}, {"placement": "no.such"}, {"forced": "no:variant"}])
async def test_a_preview_that_cannot_be_says_why(staffed, told):
    http = await enter(staffed)
    answer = await http.get("/console/preview", params={"placement": "home_page.top", **told})
    assert answer.status_code == 400
    assert 'role="alert"' in answer.text


async def test_the_tail_shows_what_was_told_shortens_who_and_keeps_tenants_apart(staffed):
    record = """mutation { recordEvents(events: [{id: "e1", type: "view", productId: "boot", sessionId: "quite-a-long-session"}]) { accepted } }"""
    await staffed.data(record, "server")
    http = await enter(staffed, "analyst")
    tail = (await http.get("/console/events/tail")).text
    assert "boot" in tail
    assert "session quite…ion" in tail
    assert "quite-a-long" not in tail
    assert "boot" not in (await http.get("/console/events/tail?type=purchase")).text
    await staffed.rows("update event set tenant_id = 'other'")
    assert "boot" not in (await http.get("/console/events/tail")).text


async def test_pages_that_are_not_there_say_so_in_html(staffed):
    http = await enter(staffed)
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
async def test_nobody_looks_without_a_badge(staffed, path):
    answer = await staffed.http.get(path)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/console/login")


async def test_the_hint_of_the_condition_can_be_taken_as_it_is(staffed):
    http = await enter(staffed)
    page = (await http.get("/console/draft")).text
    [hint] = re.findall(r'id="condition-hint">[^<]*As in (\{[^<]*\})\.<', page)
    answer = await http.post("/console/draft", data={**FORM, "condition": html.unescape(hint)}, headers=HERE)
    assert answer.status_code == 303, answer.text


async def test_what_the_checklist_says_leads_to_its_field_for_who_may_change_it(staffed):
    http = await enter(staffed)
    await http.post("/console/draft", data={**FORM, "mode": "FIXED", "variants.1.weight": "40"}, headers=HERE)
    for path in ("/console/experiments/newest", "/console/experiments/newest/start"):
        places = re.findall(r'href="/console/experiments/newest/edit#([^"]*)"', (await http.get(path)).text)
        assert {"plannedUnits", "variants.0.weight", "hypothesis"} <= set(places)
        form = (await http.get("/console/experiments/newest/edit")).text
        assert all(f'id="{each}"' in form for each in places)
    await enter(staffed, "analyst")
    assert "edit#" not in (await http.get("/console/experiments/newest")).text


async def test_the_file_of_a_result_has_the_names_of_the_api(staffed):
    http = await enter(staffed)
    await http.post("/console/draft", data=FORM, headers=HERE)
    await http.post("/console/experiments/newest/start", data={"seen": "1"}, headers=HERE)
    answer = await http.get("/console/experiments/newest/result.csv")
    assert answer.headers["content-disposition"] == 'attachment; filename="newest.csv"'
    assert answer.text.startswith("experiment,asOf,segment,metric,role,margin,variant,units,")
    page = await http.get("/console/experiments/newest")
    assert "nobody has been exposed yet" in page.text


@pytest.mark.parametrize(("kind", "field"), [("item", "products"), ("cart", "products"), ("category", "category"), ("brand", "brand"),
                                             ("search", "search")])  # fmt: skip
async def test_a_link_to_a_preview_opens_with_something_of_the_shop_that_the_page_is_about(staffed, kind, field):
    http = await enter(staffed, "analyst")
    there = [row["placement_id"] for row in await staffed.rows("select placement_id from placement")]
    placement = next(each for each in there if each.startswith(f"{kind}_page."))
    page = (await http.get("/console/preview", params={"placement": placement})).text
    assert re.search(f'name="{field}" type="text" value="[^"]+"', page)
    assert "the products are general" not in page
    page = (await http.get("/console/preview", params={"placement": placement, field: ""})).text
    assert f'name="{field}" type="text" value=""' in page


async def test_a_preview_of_an_experiment_opens_in_the_market_of_its_units(staffed):
    http = await enter(staffed)
    await http.post("/console/draft", data={**FORM, "condition": '{"market": "se"}'}, headers=HERE)
    link = "/console/preview?experiment=newest&variant=control&drafts=1&placement=home_page.top"
    assert '<option value="se" selected>' in (await http.get(link)).text
    assert '<option value="de" selected>' in (await http.get(f"{link}&market=de")).text


def test_pages_name_fields_as_they_are_called_there():
    said = in_page_words("GROUP_SEQUENTIAL needs plannedUnits or plannedEnd; powerAnalysis says how many units it takes")
    assert said == "“On the way” needs planned units or a planned end; the planner says how many units it takes"
    assert in_page_words("a page of type item needs page.productIds; the products are general").endswith(
        "needs products of the page; the products are general"
    )
    assert in_page_words("my_plannedUnits and FIXED_PRICE") == "my_plannedUnits and FIXED_PRICE"
