"""Experiments on a page: who is told which variant, what that changes, what is kept of it, and who may look at what."""

import pytest

from gateway.domain.assignment import Subject, assign, holdout_of
from gateway.domain.experiment import Experiment, ExperimentStatus, ExperimentUnit, Phase, Variant
from gateway.store.stickiness import StickyStore
from tests.faces.test_explaining import EXPLAIN, kept, sql
from tests.faces.trying import HOME, exposed, put_experiment

PAGE = """query ($session: ID = "s1", $user: ID, $visitor: ID, $agent: String, $ids: [ID!] = ["home_page.top"], $limit: Int, $filter: ProductFilter,
               $force: [ForcedVariantInput!], $groups: [SplitGroupInput!], $token: String, $drafts: Boolean = false, $context: [NameValueInput!]) {
  placements(ids: $ids, market: "se", visitor: {sessionId: $session, userId: $user, visitorId: $visitor, userAgent: $agent}, limit: $limit,
             filter: $filter, force: $force, splitGroups: $groups, previewToken: $token, drafts: $drafts, context: $context) {
    viewId warnings { code message }
    placements { id message variants { experimentId experimentKey index key splitGroup source parameters }
                 items { product { id } strategy fallback } } } }"""
ASSIGNMENTS = """query ($visitor: VisitorInput!, $experiments: [ID!], $force: [ForcedVariantInput!], $market: String, $token: String) {
  assignments(visitor: $visitor, experiments: $experiments, force: $force, market: $market, previewToken: $token) {
    experimentKey index key source parameters } }"""
A, B = {"key": "a"}, {"key": "b", "parameters": {"message": "Just for you", "count": 2}}
SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Version/18.1 Mobile/15E148 Safari/604.1"
GOOGLEBOT = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"


async def asked(client, key="storefront", **given):
    page = (await client.data(PAGE, key, **given))["placements"]
    return page, page["placements"][0]


def place(key, unit, weights=(0.5, 0.5), **told):
    """Where the domain says that a unit is."""
    variants = tuple(Variant(str(n), "", w) for n, w in enumerate(weights))
    experiment = Experiment(
        1, key, key, (), variants, **{"status": ExperimentStatus.RUNNING, "phase": Phase(1, f"seed of {key}", None), **told}
    )
    found = assign(experiment, Subject(dict.fromkeys(ExperimentUnit, unit)), holdout_of("acme", told.get("holdout", 0)))
    return found and found.index


def unit_in(key, index, prefix="s", **told):
    return next(unit for n in range(1000) if place(key, unit := f"{prefix}{n}", **told) == index)


async def test_a_variant_changes_the_page_and_says_so_and_the_control_changes_nothing(open_shop, database_url):
    number = await put_experiment(database_url, "hero", [A, B])
    async with open_shop() as client:
        _, control = await asked(client, session=unit_in("hero", 0))
        page, other = await asked(client, session=unit_in("hero", 1))
        assert (control["message"], len(control["items"])) == ("For you", 4)
        assert (other["message"], len(other["items"])) == ("Just for you", 2)
        assert control["variants"][0] | {"parameters": None} == {
            "experimentId": str(number), "experimentKey": "hero", "index": 0, "key": "a", "splitGroup": None, "source": "HASH", "parameters": None,
        }  # fmt: skip
        assert other["variants"][0]["parameters"] == B["parameters"]
        await kept(client, page["viewId"])
        by_unit = {row["unit"]: row for row in await exposed(client, number)}
        assert by_unit[unit_in("hero", 1)] == {
            "unit": unit_in("hero", 1), "variant": 1, "source": "HASH", "apart": None, "propensity": 0.5, "market_id": "se", "device": None,
            "page_type": "home", "policy": 0,
        }  # fmt: skip


async def test_every_face_tells_the_same_variants(open_shop, database_url):
    await put_experiment(database_url, "hero", [A, B])
    session = unit_in("hero", 1)
    many = """query ($session: ID!) { recommendMany(market: "se", visitor: {sessionId: $session},
        requests: [{placement: "home_page.top"}, {strategies: [TRENDING]}]) { placements { variants { key } items { product { id } } } } }"""
    async with open_shop() as client:
        [placed, alone] = (await client.data(many, session=session))["recommendMany"]["placements"]
        rest = await client.http.post(
            "/v1/placements",
            json={"ids": [HOME], "market": "se", "visitor": {"sessionId": session}},
            headers={"x-api-key": "secret-storefront"},
        )
        depict = await client.http.post(
            "/v2/recommend/products/general",
            json={"tenant": "acme", "market": "se", "type": "front_page", "session_id": session},
            headers={"x-api-key": "secret-storefront"},
        )
        _, asked_for = await asked(client, session=session)
    assert ([v["key"] for v in placed["variants"]], len(placed["items"])) == (["b"], 2)
    assert alone["variants"] == []
    [answer] = rest.json()["placements"]
    assert (answer["variants"], len(answer["items"])) == (asked_for["variants"], 2)
    assert (depict.json()["variant"], depict.json()["experiment_id"], len(depict.json()["displays"])) == (1, "hero", 2)


async def test_strategies_filter_and_rules_of_a_variant_are_what_its_placement_goes_by(open_shop, database_url):
    rule = "11111111-1111-4111-8111-111111111111"
    other = "22222222-2222-4222-8222-222222222222"
    await put_experiment(database_url, "nord", [{"key": "only", "parameters": {
        "strategies": ["NEW_ARRIVALS"], "filter": {"brands": ["Nord"]}, "rules": [rule]}}])  # fmt: skip
    async with open_shop() as client:
        for rule_id, status, product in ((rule, "DRAFT", "wax"), (other, "LIVE", "lace")):
            await sql(client, "insert into rule (tenant_id, rule_id, status, kind, match, updated_by) values ('acme', $1, $2, 'EXCLUDE', $3, 't')",
                      rule_id, status, f'{{"productIds": ["{product}"]}}')  # fmt: skip
        await client.heard()
        page, fill = await asked(client)
        shown = {item["product"]["id"] for item in fill["items"]}
        assert shown == {"boot", "lace"}  # of the brand, the draft's product not, what the rule in force forbids all the same
        assert {item["strategy"] for item in fill["items"]} == {"NEW_ARRIVALS"}
        _, narrower = await asked(client, filter={"categoryIds": ["care"]})
        assert [item["product"]["id"] for item in narrower["items"]] == ["lace"]
        _, untouched = await asked(client, ids=["home_page.more"])
        assert "lace" not in {item["product"]["id"] for item in untouched["items"]}
        assert "wax" in {item["product"]["id"] for item in untouched["items"]}
        await kept(client, page["viewId"])
        await sql(client, 'update experiment set variants = \'[{"key": "only", "name": "", "weight": 1, "parameters": {}}]\'')
        await client.heard()
        again = (await client.data(EXPLAIN, "admin", view=page["viewId"]))["explain"]
        assert again["differences"] == []  # replayed with the variant as it was
        [told] = again["variants"][HOME]
        assert (told["experimentKey"], told["key"], told["parameters"]["rules"]) == ("nord", "only", [rule])


@pytest.mark.parametrize("won", ["zz_before", "aa_before"])
async def test_what_is_tried_out_has_the_last_word_over_a_winner_and_the_view_is_replayed_so(open_shop, database_url, won):
    best = {"key": "best", "parameters": {"count": 3}}
    await put_experiment(database_url, won, [{"key": "control"}, best], status="STOPPED", winner="best")
    await put_experiment(database_url, "hero", [A, B])
    async with open_shop() as client:
        _, control = await asked(client, session=unit_in("hero", 0))
        page, fill = await asked(client, session=unit_in("hero", 1))
        assert (len(control["items"]), len(fill["items"])) == (3, B["parameters"]["count"])
        await kept(client, page["viewId"])
        assert (await client.data(EXPLAIN, "admin", view=page["viewId"]))["explain"]["differences"] == []


async def test_a_variant_never_shows_more_than_the_request_asks_for(open_shop, database_url):
    await put_experiment(database_url, "wide", [{"key": "only", "parameters": {"count": 4}}])
    async with open_shop() as client:
        assert len((await asked(client, limit=1))[1]["items"]) == 1
        assert len((await asked(client))[1]["items"]) == 4


async def test_units_are_what_the_experiment_declares_and_a_browsers_user_id_is_nobody(open_shop, database_url):
    await put_experiment(database_url, "people", [A, B], unit="USER")
    await put_experiment(database_url, "browsers", [A, B], unit="VISITOR")
    async with open_shop() as client:
        _, fill = await asked(client, user="ada", visitor="v1")
        assert [v["experimentKey"] for v in fill["variants"]] == ["browsers"]
        _, fill = await asked(client, "server", user="ada")
        assert [v["experimentKey"] for v in fill["variants"]] == ["people"]


async def test_conditions_know_the_device_and_the_context(open_shop, database_url):
    await put_experiment(database_url, "mobile", [A], condition={"device": "mobile"})
    await put_experiment(
        database_url, "season", [A], condition={"context.season": {"$in": ["winter"]}, "market": "se", "pageType": "home"}
    )
    async with open_shop() as client:
        page, fill = await asked(client, context=[{"name": "season", "values": ["winter"]}])
        assert [v["experimentKey"] for v in fill["variants"]] == ["season"]
        assert page["warnings"] == [each for each in page["warnings"] if each["code"] != "UNREAD_CONTEXT"]
        answer = await client.ask(PAGE, headers={"user-agent": SAFARI})
        assert [v["experimentKey"] for v in answer["data"]["placements"]["placements"][0]["variants"]] == ["mobile"]
        _, fill = await asked(client, "server", agent=SAFARI)
        assert [v["experimentKey"] for v in fill["variants"]] == ["mobile"]


@pytest.mark.parametrize(
    ("key", "headers", "given", "apart"),
    [
        ("storefront", {"user-agent": GOOGLEBOT}, {}, "BOT"),
        ("server", {}, {"agent": GOOGLEBOT}, "BOT"),
        ("server", {"user-agent": "python-httpx/0.28"}, {}, None),
        ("preview", {}, {"force": [{"experiment": "hero", "variant": "b"}]}, "FORCED"),
    ],
)
async def test_what_is_no_visitors_is_answered_alike_and_kept_apart(open_shop, database_url, key, headers, given, apart):
    number = await put_experiment(database_url, "hero", [A, B])
    async with open_shop() as client:
        page = (await client.ask(PAGE, key, headers, **given))["data"]["placements"]
        assert page["placements"][0]["variants"]
        await kept(client, page["viewId"])
        assert [row["apart"] for row in await exposed(client, number)] == [apart]


async def test_a_preview_takes_nobody_out_of_an_experiment_and_trying_out_is_kept_apart(open_shop, database_url):
    number = await put_experiment(database_url, "hero", [A, B])
    async with open_shop() as client:
        page, fill = await asked(client, "preview", drafts=True)
        assert fill["variants"]
        await kept(client, page["viewId"])
        assert await exposed(client, number) == []
        await sql(client, "update api_key set environment = 'INTEGRATION' where name = 'server'")
        await client.heard()
        page, _ = await asked(client, "server", session="s2")
        await kept(client, page["viewId"])
        assert [(row["unit"], row["apart"]) for row in await exposed(client, number)] == [("s2", "INTEGRATION")]


async def test_what_is_sticky_is_looked_up_once_and_only_where_something_is(open_shop, database_url, monkeypatch):
    looked = []
    had = StickyStore.had

    async def noting(self, holders, seconds=None):
        looked.append([each.unit for each in holders])
        return await had(self, holders, seconds)

    monkeypatch.setattr(StickyStore, "had", noting)
    number = await put_experiment(database_url, "hero", [A, B], sticky=True)
    await put_experiment(database_url, "plain", [A, B], placements=["home_page.more"])
    session = unit_in("hero", 0)
    async with open_shop() as client:
        page, first = await asked(client, session=session)
        assert first["variants"][0]["source"] == "HASH"
        await kept(client, page["viewId"])
        await sql(client, "update experiment set coverage = 0 where key = 'hero'")
        await client.heard()
        _, again = await asked(client, session=session)
        assert [(v["index"], v["source"]) for v in again["variants"]] == [(0, "STICKY")]
        _, stranger = await asked(client, session="somebody else")
        assert stranger["variants"] == []
        await asked(client, ids=["home_page.more"])
        assert looked == [[session], [session], ["somebody else"]]
        assert [row["variant"] for row in await exposed(client, number)] == [0]


async def test_who_cannot_be_looked_up_is_in_nothing_rather_than_in_two_variants(open_shop, database_url, monkeypatch):
    await put_experiment(database_url, "hero", [A, B], sticky=True)

    async def lost(self, holders, seconds=None):
        raise TimeoutError

    monkeypatch.setattr(StickyStore, "had", lost)
    async with open_shop() as client:
        page, fill = await asked(client)
    assert (fill["variants"], len(fill["items"])) == ([], 4)
    assert "ASSIGNMENT_UNAVAILABLE" in {each["code"] for each in page["warnings"]}


async def test_the_share_that_is_held_out_sees_no_experiment(open_shop, database_url):
    await put_experiment(database_url, "hero", [A, B])
    out = next(f"s{n}" for n in range(1000) if holdout_of("acme", 0.2).holds(f"s{n}"))
    inside = next(f"s{n}" for n in range(1000) if not holdout_of("acme", 0.2).holds(f"s{n}"))
    async with open_shop() as client:
        said = await client.data("mutation { updateTenant(input: {holdout: 0.2}) { holdout } }", "admin")
        assert said["updateTenant"]["holdout"] == 0.2
        assert (await asked(client, session=out))[1]["variants"] == []
        assert (await asked(client, session=inside))[1]["variants"]


async def test_groups_that_were_chosen_elsewhere_are_believed_and_unknown_ones_are_said(open_shop, database_url):
    number = await put_experiment(database_url, "bakeoff", [{"key": "ours"}, {"key": "theirs"}], external=True)
    async with open_shop() as client:
        page, fill = await asked(client, groups=[{"group": "theirs"}])
        [variant] = fill["variants"]
        assert (variant["key"], variant["splitGroup"], variant["source"]) == ("theirs", "theirs", "EXTERNAL")
        await kept(client, page["viewId"])
        assert [(row["variant"], row["source"]) for row in await exposed(client, number)] == [(1, "EXTERNAL")]
        for wrong in (
            {"group": "nobody"},
            {"group": "ours", "experiment": "other"},
            {"group": "nobody", "experiment": "bakeoff"},
        ):
            page, fill = await asked(client, groups=[wrong])
            assert fill["variants"] == []
            assert [each["code"] for each in page["warnings"] if each["code"] != "NO_RELEASE"] == ["UNKNOWN_SPLIT_GROUP"]
        assert (await asked(client))[1]["variants"] == []


async def test_an_experiment_elsewhere_that_names_no_placement_is_on_every_page_that_tells_its_group(open_shop, database_url):
    number = await put_experiment(database_url, "bakeoff", [{"key": "ours"}, {"key": "theirs"}], external=True, placements=[])
    async with open_shop() as client:
        page, fill = await asked(client, groups=[{"group": "ours", "experiment": "bakeoff"}], ids=["home_page.more"])
        assert [v["key"] for v in fill["variants"]] == ["ours"]
        assert (await asked(client))[1]["variants"] == []
        await kept(client, page["viewId"])
        assert [(row["variant"], row["source"]) for row in await exposed(client, number)] == [(0, "EXTERNAL")]


async def test_assignments_tell_variants_and_expose_nobody(open_shop, database_url):
    number = await put_experiment(database_url, "hero", [A, B], condition={"market": "se"})
    await put_experiment(database_url, "paused", [A, B], status="PAUSED")
    await put_experiment(database_url, "over", [A, B], status="STOPPED", winner="b")
    session = unit_in("hero", 1)
    async with open_shop() as client:
        told = (await client.data(ASSIGNMENTS, visitor={"sessionId": session}, market="se"))["assignments"]
        assert [(each["experimentKey"], each["key"]) for each in told] == [("hero", "b"), ("over", "b")]
        assert told[0]["parameters"] == B["parameters"]
        told = await client.data(ASSIGNMENTS, visitor={"sessionId": session}, experiments=["hero"])
        assert told["assignments"] == []  # the condition asks for a market
        answer = await client.ask(ASSIGNMENTS, visitor={"sessionId": session}, experiments=["hero", "nothing"])
        assert answer["errors"][0]["extensions"] == {"code": "UNKNOWN_EXPERIMENT", "field": "experiments.1"}
        page, fill = await asked(client, session=unit_in("hero", 0))
        assert [(v["experimentKey"], v["key"]) for v in fill["variants"]] == [("hero", "a"), ("over", "b")]
        await kept(client, page["viewId"])
        assert [row["unit"] for row in await exposed(client, number)] == [unit_in("hero", 0)]
        assert await client.rows("select from exposure where experiment_id <> $1", number) == []
