"""Somebody looks at a variant before others do: by a key that may, or by a pass in a link."""

from datetime import timedelta

import httpx

from tests.faces.test_explaining import kept, sql
from tests.faces.test_variants import ASSIGNMENTS, PAGE, A, B, asked, unit_in
from tests.faces.trying import HOME, exposed, put_experiment

PASS = 'mutation ($variant: String = "b", $key: ID = "hero") { createPreviewToken(experiment: $key, variant: $variant) { token query expiresAt } }'


async def test_only_a_key_for_previews_forces_variants_a_drafts_too(open_shop, database_url):
    await put_experiment(database_url, "hero", [A, B])
    await put_experiment(database_url, "idea", [A, B], running=False)
    async with open_shop() as client:
        for name, place in (("b", 1), ("0", 0), ("1", 1)):
            _, fill = await asked(client, "preview", force=[{"experiment": "hero", "variant": name}])
            assert [(v["index"], v["source"]) for v in fill["variants"]] == [(place, "FORCED")]
        _, fill = await asked(client, "preview", force=[{"experiment": "idea", "variant": "b"}])
        assert ("idea", "FORCED") in {(v["experimentKey"], v["source"]) for v in fill["variants"]}
        for key, wish, code, field in (
            ("storefront", ("hero", "b"), "FORBIDDEN", "force"),
            ("preview", ("nothing", "b"), "UNKNOWN_EXPERIMENT", "force.0.experiment"),
            ("preview", ("hero", "z"), "BAD_USER_INPUT", "force.0.variant"),
        ):
            answer = await client.ask(PAGE, key, force=[{"experiment": wish[0], "variant": wish[1]}])
            assert (answer["errors"][0]["extensions"]["code"], answer["errors"][0]["extensions"].get("field")) == (code, field)


async def test_a_pass_opens_one_experiment_to_any_key_and_nothing_else(open_shop, database_url):
    number = await put_experiment(database_url, "hero", [A, B])
    await put_experiment(database_url, "other", [A, B])
    session = unit_in("hero", 0)
    async with open_shop() as client:
        assert (await client.ask(PASS, "storefront"))["errors"][0]["extensions"]["code"] == "FORBIDDEN"
        made = (await client.data(PASS, "preview"))["createPreviewToken"]
        assert made["query"] == f"endcap_preview={made['token']}"
        page, fill = await asked(client, session=session, token=made["token"])
        sources = {v["experimentKey"]: (v["key"], v["source"]) for v in fill["variants"]}
        assert (sources["hero"], sources["other"][1], fill["message"]) == (("b", "FORCED"), "HASH", "Just for you")
        forced = [
            {"experiment": "hero", "variant": "0"},
            {"experiment": "other", "variant": "1"},
            {"experiment": "page", "variant": "2"},
        ]
        _, fill = await asked(client, session=session, token=made["token"], force=forced)
        sources = {v["experimentKey"]: (v["key"], v["source"]) for v in fill["variants"]}
        assert (sources["hero"], sources["other"][1]) == (("a", "FORCED"), "HASH")
        await kept(client, page["viewId"])
        assert [(row["apart"], row["source"]) for row in await exposed(client, number)][:1] == [("FORCED", "FORCED")]
        told = await client.data(ASSIGNMENTS, visitor={"sessionId": session}, token=made["token"])
        assert {(each["experimentKey"], each["source"]) for each in told["assignments"]} == {
            ("hero", "FORCED"),
            ("other", "HASH"),
        }


async def test_a_pass_that_opens_nothing_breaks_no_page(open_shop, database_url, monkeypatch):
    await put_experiment(database_url, "hero", [A, B])
    async with open_shop() as client:
        good = (await client.data(PASS, "admin"))["createPreviewToken"]["token"]
        for token in ("nonsense", "", good[:-2] + ("AA" if good[-2:] != "AA" else "BB"), "x" * 5000, "åäö"):
            page, fill = await asked(client, token=token)
            assert fill["variants"][0]["source"] == "HASH"
            assert ("PREVIEW_REFUSED" in {w["code"] for w in page["warnings"]}) == bool(token)
        monkeypatch.setattr("gateway.services.experimenting.choose.GOOD_FOR", timedelta(seconds=-5))
        old = (await client.data(PASS, "admin"))["createPreviewToken"]["token"]
        page, _ = await asked(client, token=old)
        assert "was good until" in next(w["message"] for w in page["warnings"] if w["code"] == "PREVIEW_REFUSED")
        await sql(client, "update experiment set status = 'ARCHIVED' where key = 'hero'")
        await client.heard()
        page, _ = await asked(client, token=good)
        assert "no more" in next(w["message"] for w in page["warnings"] if w["code"] == "PREVIEW_REFUSED")


async def test_what_a_rest_client_says_of_variants_is_read_by_the_same_names(open_shop, database_url):
    await put_experiment(database_url, "hero", [A, B])
    body = {"ids": [HOME], "market": "se", "visitor": {"sessionId": "s1"}}

    async with open_shop() as client:

        async def post(key, **more) -> httpx.Response:
            return await client.http.post("/v1/placements", json={**body, **more}, headers={"x-api-key": f"secret-{key}"})

        forced = await post("preview", force=[{"experiment": "hero", "variant": "1"}])
        assert forced.json()["placements"][0]["variants"][0]["source"] == "FORCED"
        token = (await client.data(PASS, "preview"))["createPreviewToken"]["token"]
        assert (await post("storefront", previewToken=token)).json()["placements"][0]["message"] == "Just for you"
        assert (await post("storefront", force=[{"experiment": "hero", "variant": "1"}])).status_code == 403
        assert (await post("preview", force=[{"experiment": "no", "variant": "1"}])).status_code == 404
        assert (await post("storefront", splitGroups=[{"group": 5}])).json()["errors"][0]["extensions"][
            "field"
        ] == "splitGroups.0.group"
